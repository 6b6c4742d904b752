"""Decodes the same events as `samband-bench decode`, with pytak's own decoder (takproto) and Python's XML.

    python3 -m venv v && v/bin/pip install takproto pytak
    v/bin/python bench/peers/decode.py
"""

import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import takproto

CORPUS = Path(__file__).resolve().parents[2] / "gateway" / "fuzz" / "corpus"


def rate(name, work, seconds=2.0):
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(100):
            work()
        count += 100
    print(f"| {name} | {count / (time.perf_counter() - began):.0f} |")


xml = (CORPUS / "cot" / "00-full").read_bytes()
frame = bytearray((CORPUS / "tak" / "00-event").read_bytes())
print("| peer | messages/s |\n|---|--:|")
rate("Python ElementTree (as pytak reads XML)", lambda: ElementTree.fromstring(xml))
assert takproto.parse_proto(frame) is not None
rate("takproto (as pytak reads frames)", lambda: takproto.parse_proto(frame))
