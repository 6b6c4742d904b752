"""pytak and node-tak against the gateway and a hub: positions, chat and distress, both ways, over every transport and in both forms.

The hub, the gateway and the clients are real and talk over loopback; the other end is a session at the hub, as a browser's is.
"""

import argparse
import asyncio
import configparser
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import aiohttp
import pytak

SOON = 15.0
ROOM = "raps-1"
OTHER = "2311020"
AREA = {"south": 61.0, "west": 10.0, "north": 65.5, "east": 18.0}


async def until(what, look, seconds=SOON):
    """Waits until something is seen; the failure says what was not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"not seen within {seconds:.0f} s: {what}")


class Seat:
    """A session at the hub: JSON over its WebSocket."""

    def __init__(self, principal):
        self.principal, self.frames, self.number = principal, [], 0

    async def open(self, http, people):
        self.socket = await http.ws_connect(f"ws://{people}/v1/session", protocols=["samband.v1.json"])
        follow = {"allIncidents": True, "areas": [AREA]}
        await self.send({"hello": {"token": f"demo:{self.principal}", "client": "interop", "follow": follow}})
        await self.send({"affiliate": {"talkgroupIds": [ROOM]}})
        self.reading = asyncio.create_task(self.read())
        await until(f"{self.principal} has caught up", lambda: any("caughtUp" in frame for frame in self.frames))
        return self

    async def read(self):
        async for message in self.socket:
            self.frames.append(json.loads(message.data))

    async def send(self, frame):
        await self.socket.send_str(json.dumps(frame))

    async def ask(self, command):
        self.number += 1
        key = f"{int(time.time() * 1000):012x}"
        command["commandId"] = f"{key[:8]}-{key[8:]}-7000-8000-{self.number:012d}"
        await self.send({"submit": command})
        outcome = await until("an outcome", lambda: next(
            (frame["outcome"] for frame in self.frames
             if frame.get("outcome", {}).get("commandId") == command["commandId"]), None))
        assert "accepted" in outcome, outcome
        return outcome["accepted"]

    def events(self, kind):
        events = (frame["update"]["event"] for frame in self.frames if "update" in frame)
        return [event for event in events if kind in event]

    def units(self):
        return [unit for frame in self.frames if "map" in frame for unit in frame["map"].get("units", [])]


class Pytak:
    """A client of pytak: its queues, its workers, its own greeting."""

    def __init__(self, url, certificate=None, proto="0"):
        config = configparser.ConfigParser()
        config["interop"] = {"COT_URL": url, "TAK_PROTO": proto}
        if certificate:
            config["interop"].update({
                "PYTAK_TLS_CLIENT_CERT": f"{certificate}.pem", "PYTAK_TLS_CLIENT_KEY": f"{certificate}.key",
                "PYTAK_TLS_CLIENT_CAFILE": str(Path(certificate).parent / "ca.pem"),
            })
        self.tool, self.heard = pytak.CLITool(config["interop"]), []

    async def open(self):
        await self.tool.setup()
        self.running = asyncio.create_task(self.tool.run())
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        while True:
            data = await self.tool.rx_queue.get()
            # With TAK_PROTO=1 pytak makes protobuf of what came as XML.
            if hasattr(data, "cotEvent"):
                data = pytak.classes._takmsg2xml(data)
            if data:
                # What stands before the event is its header.
                text = data.decode()
                self.heard.append(ET.fromstring(text[text.index("<event"):]))

    async def send(self, xml):
        await self.tool.tx_queue.put(xml.encode())

    async def close(self):
        for task in (self.running, self.reading):
            task.cancel()
        await asyncio.gather(self.running, self.reading, return_exceptions=True)
        for worker in list(self.tool.running_tasks) + list(self.tool.tasks):
            close = getattr(worker, "close", None) or worker.cancel
            closing = close()
            if asyncio.iscoroutine(closing):
                await closing
            if getattr(worker, "writer", None):
                worker.writer.close()


class NodeTak:
    """A client of node-tak, in a process of its own. What it sends was read and written by node-cot."""

    def __init__(self, folder, url, certificate):
        self.folder, self.url, self.certificate, self.heard, self.pongs = folder, url, certificate, [], 0

    async def open(self):
        script = Path(__file__).parent / "node-tak.mjs"
        self.process = await asyncio.create_subprocess_exec(
            "node", str(script), str(Path(self.folder).resolve()), self.url, f"{self.certificate}.pem",
            f"{self.certificate}.key", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.reading = asyncio.create_task(self.read())
        await until("a pong, which node-tak counts as open", lambda: self.pongs)

    async def read(self):
        while line := await self.process.stdout.readline():
            said = json.loads(line)
            self.pongs += "pong" in said
            if "event" in said:
                self.heard.append(element("event", said["event"]))

    async def send(self, xml):
        self.process.stdin.write((json.dumps({"xml": xml}) + "\n").encode())
        await self.process.stdin.drain()

    async def close(self):
        self.process.stdin.close()
        await self.process.wait()
        self.reading.cancel()


def element(name, value):
    """An element out of node-cot's own form."""
    made = ET.Element(name, {key: str(one) for key, one in value.get("_attributes", {}).items()})
    made.text = value.get("_text", "")
    for key, children in value.items():
        if not key.startswith("_attr") and key != "_text":
            for child in children if isinstance(children, list) else [children]:
                if isinstance(child, dict):
                    made.append(element(key, child))
    return made


def event(uid, kind, detail, lat=0.0, lon=0.0, ce="9999999.0", how="m-g"):
    now, stale = pytak.cot_time(), pytak.cot_time(60)
    return (f'<event version="2.0" uid="{uid}" type="{kind}" how="{how}" time="{now}" start="{now}" stale="{stale}">'
            f'<point lat="{lat}" lon="{lon}" hae="320.0" ce="{ce}" le="9999999.0"/><detail>{detail}</detail></event>')


def chat(uid, callsign, text):
    message = f"{uid}-{text}"
    return event(f"GeoChat.{uid}.{ROOM}.{message}", "b-t-f",
                 f'<__chat parent="RootContactGroup" groupOwner="false" chatroom="Jämt RAPS-1" id="{ROOM}" '
                 f'messageId="{message}" senderCallsign="{callsign}"><chatgrp uid0="{uid}" uid1="{ROOM}" id="{ROOM}"/></__chat>'
                 f'<link uid="{uid}" type="a-f-G-U-C" relation="p-p"/>'
                 f'<remarks source="BAO.F.ATAK.{uid}" to="{ROOM}">{text}</remarks>', how="h-g-i-g-o")


def distress(uid, callsign, over=False):
    if over:
        return event(f"{uid}-9-1-1", "b-a-o-can", f'<emergency cancel="true">{callsign}</emergency>', 63.2, 14.6)
    return event(f"{uid}-9-1-1", "b-a-o-tbl",
                 f'<link uid="{uid}" type="a-f-G-U-C" relation="p-p"/><contact callsign="{callsign}-Alert"/>'
                 f'<emergency type="911 Alert">{callsign}</emergency>', 63.2, 14.6, 5)


async def exchange(client, desk, crew, unit, callsign, place):
    """All of it, both ways; how long each took."""
    uid, took = f"ANDROID-{unit}", {}

    async def step(name, send, what, look):
        began = time.monotonic()
        await send
        await until(f"{name}: {what}", look)
        took[name] = (time.monotonic() - began) * 1000

    def heard(kind, found=lambda event: True):
        return [one for one in client.heard if one.get("type").startswith(kind) and found(one)]

    lat, crew_lat = 63.2 + place / 100, 63.3 + place / 100
    e5 = round(lat * 1e5)
    position = event(uid, "a-f-G-U-C", f'<contact callsign="{callsign}" endpoint="*:-1:stcp"/>'
                     '<__group name="Cyan" role="Team Member"/><track course="90.0" speed="10.0"/>', lat, 14.6, 5)
    await step("position up", client.send(position), "on the hub's map", lambda: any(
        unit == one["unitId"] and abs(one.get("latitudeE5", 0) - e5) < 10 for one in desk.units()))
    report = {"location": {"location": {"latitude": crew_lat, "longitude": 14.7}}}
    await step("position down", crew.send(report), "on the client's map", lambda: heard("a-f-G-U-i-f-efp", lambda one: abs(
        float(one.find("point").get("lat")) - crew_lat) < 1e-3 and one.find("detail/contact").get("callsign") == "2 31-1020"))
    words = f"på väg {unit} {place} åäö"
    await step("chat up", client.send(chat(uid, callsign, words)), "at the desk", lambda: [
        one for one in desk.events("messageSent") if one["messageSent"].get("text") == words])
    author = [one for one in desk.events("messageSent") if one["messageSent"].get("text") == words][-1]
    assert author["envelope"]["author"]["unit"]["unitId"] == unit, author
    words = f"brytpunkt macken {place} åäö"
    await step("chat down", crew.ask({"sendMessage": {"talkgroupId": ROOM, "text": words}}), "at the client", lambda: heard(
        "b-t-f", lambda one: (one.find("detail/remarks") is not None) and one.find("detail/remarks").text == words))
    of_unit = lambda: [one for one in desk.events("emergencyRaised") if one["emergencyRaised"]["unit"]["unitId"] == unit]
    before = len(of_unit())
    await step("distress up", client.send(distress(uid, callsign)), "at the desk", lambda: len(of_unit()) > before)
    raised = of_unit()[-1]["emergencyRaised"]["emergencyId"]
    await step("cancel up", client.send(distress(uid, callsign, over=True)), "at the desk", lambda: [
        one for one in desk.events("emergencyCancelled") if one["emergencyCancelled"]["emergencyId"] == raised])
    accepted = {}

    async def cry():
        point = {"latitude": crew_lat, "longitude": 14.7}
        accepted.update(await crew.ask({"raiseEmergency": {"location": point}}))

    def crying(kind):
        return heard(kind, lambda one: accepted.get("emergencyId", "?") in one.get("uid"))

    await step("distress down", cry(), "at the client", lambda: crying("b-a-o-tbl"))
    over = {"emergencyId": accepted["emergencyId"], "byMistake": True}
    ask = crew.ask({"incidentId": accepted["incidentId"], "cancelEmergency": over})
    await step("cancel down", ask, "at the client", lambda: crying("b-a-o-can"))
    return took


async def outage(client, http, people, desk, hub, unit, callsign):
    """The hub goes away; what is said meanwhile is said to it when it is back, and the client is told what it must know."""
    uid = f"ANDROID-{unit}"
    await client.send(event(uid, "a-f-G-U-C", f'<contact callsign="{callsign}"/>', 63.5, 14.6, 5))
    await until("a position before", lambda: any(one["unitId"] == unit for one in desk.units()))
    hub.stop()
    # The gateway hears of it when the connection is closed.
    await asyncio.sleep(1.0)
    await client.send(distress(uid, callsign))
    await until("the client is told that nobody has it yet", lambda: any(
        "NÖDLARM EJ SÄNT ÄN" in (one.findtext("detail/remarks") or "") for one in client.heard))
    await client.send(chat(uid, callsign, "sagt utan nav"))
    await asyncio.sleep(0.5)
    hub.start(people)
    desk = await Seat("raddning-jamtland/operator").open(http, people)
    await until("distress from before, at the desk", lambda: any(
        one["emergencyRaised"]["unit"]["unitId"] == unit for one in desk.events("emergencyRaised")), 40)
    await until("a text from before, at the desk", lambda: any(
        one["messageSent"].get("text") == "sagt utan nav" for one in desk.events("messageSent")))
    await client.send(distress(uid, callsign, over=True))
    await until("the end of it, at the desk", lambda: desk.events("emergencyCancelled"))


class Hub:
    """The hub's program; started again, it has the same data and addresses."""

    def __init__(self, program, root, data):
        self.arguments = [program, "serve", "--deployment", root / "examples/jamtland", "--demo-tokens", "--data", data]
        self.devices = "127.0.0.1:0"

    def start(self, people="127.0.0.1:0"):
        addresses = ["--people", people, "--devices", self.devices]
        self.process, said = start([*self.arguments, *addresses], "stdout")
        line = said.readline()
        people, self.devices = (re.search(rf"{word} ([0-9.:]+)", line).group(1) for word in ("people", "devices"))
        return people

    def stop(self):
        self.process.terminate()
        self.process.wait()


def start(arguments, stream):
    """Starts a program; what it says on one of its streams is read."""
    pipes = {stream: subprocess.PIPE}
    other = "stderr" if stream == "stdout" else "stdout"
    process = subprocess.Popen(arguments, text=True, **{**pipes, other: subprocess.DEVNULL})
    return process, getattr(process, stream)


async def main(arguments):
    root = Path(__file__).resolve().parents[2]
    programs = root / "target" / arguments.profile
    folder = Path(tempfile.mkdtemp(prefix="samband-interop-"))
    fire = ["2311010", "2311030", "2311040", "2311060", "2311070", "2311110", "2311210", "2311240"]
    subprocess.run([programs / "samband-gateway", "pki", "--folder", folder / "pki", "--organisation", "raddning-jamtland",
                    "--host", "127.0.0.1", "--host", "localhost", *[part for unit in fire for part in ("--client", unit)]],
                   check=True, stdout=subprocess.DEVNULL)
    hub, gateway = Hub(programs / "samband", root, folder / "data"), None
    people = hub.start()
    try:
        settings = folder / "tak.toml"
        settings.write_text(f'talgrupper = ["{ROOM}", "samv-1"]\nalla_rum = "samv-1"\n')
        listen = [part for name in ("tcp", "tls", "ws", "wss") for part in (f"--{name}", "127.0.0.1:0")]
        gateway, said = start([programs / "samband-gateway", "cot", "--as", "raddning-jamtland/gateway", "--hub",
                               f"http://{hub.devices}", "--settings", settings, "--spool", folder / "spool", "--pki",
                               folder / "pki", *listen], "stderr")
        at, log = {}, []
        while "navet:" not in (line := said.readline()):
            assert line, "the gateway ended"
            if found := re.search(r"lyssnar: (\w+) (\S+)", line):
                at[found.group(1)] = found.group(2)
        asyncio.get_running_loop().run_in_executor(None, lambda: log.extend(said))
        await run(arguments, at, people, folder / "pki", fire, log, hub)
    finally:
        for process in filter(None, (gateway, hub.process)):
            process.terminate()
            process.wait()


async def run(arguments, at, people, pki, fire, log, hub):
    def secured(name):
        return str(pki / name)

    # Of a plain connection the client's call sign says who it is; of TLS the certificate.
    clients = [
        ("pytak, TCP, XML", lambda unit: Pytak(f"tcp://{at['tcp']}")),
        ("pytak, TCP, protobuf out", lambda unit: Pytak(f"tcp://{at['tcp']}", proto="1")),
        ("pytak, TLS, XML", lambda unit: Pytak(f"tls://{at['tls']}", secured(unit))),
        ("pytak, TLS, protobuf out", lambda unit: Pytak(f"tls://{at['tls']}", secured(unit), "1")),
        ("pytak, WebSocket, protobuf", lambda unit: Pytak(f"ws://{at['ws']}/takproto/1")),
        ("pytak, WebSocket over TLS", lambda unit: Pytak(f"wss://{at['wss']}/takproto/1", secured(unit))),
        ("node-tak, TLS, XML", lambda unit: NodeTak(arguments.node, f"ssl://{at['tls']}", secured(unit))),
    ]
    failed = 0
    async with aiohttp.ClientSession() as http:
        desk = await Seat("raddning-jamtland/operator").open(http, people)
        crew = await Seat(f"raddning-jamtland/unit:{OTHER}").open(http, people)
        for place, ((name, make), unit) in enumerate(zip(clients, fire)):
            client = make(unit)
            try:
                await client.open()
                took = await exchange(client, desk, crew, unit, f"{unit[0]} {unit[1:3]}-{unit[3:]}", place)
                print(f"ok   {name:28} " + ", ".join(f"{step} {ms:.0f}" for step, ms in took.items()) + " ms")
            except Exception as error:  # noqa: BLE001: one client's failure is not the end of the others
                failed += 1
                print(f"FAIL {name:28} {type(error).__name__}: {error}")
                if arguments.verbose:
                    print("".join(log), [(one.get("type"), one.get("uid")) for one in client.heard], sep="\n")
            finally:
                await client.close()
        networks = lambda: [link for frame in desk.frames for link in frame.get("linkState", {}).get("networks", [])]
        await until("the desk sees that TAK is up", lambda: any(
            link["name"] == "TAK" and link.get("up") for link in networks()), 40)
        client, unit = Pytak(f"tcp://{at['tcp']}"), fire[-1]
        try:
            await client.open()
            await outage(client, http, people, desk, hub, unit, f"{unit[0]} {unit[1:3]}-{unit[3:]}")
            print("ok   the hub away: distress and chat were kept, said when it was back, and the client was told")
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"FAIL the hub away: {type(error).__name__}: {error}")
            if arguments.verbose:
                print("".join(log), [(one.get("type"), one.findtext("detail/remarks")) for one in client.heard], sep="\n")
        finally:
            await client.close()
    said = "".join(log)
    for secret in ("på väg", "macken", "utan nav"):
        assert secret not in said, f"the gateway's log says what somebody wrote: {secret}"
    print(f"{failed} failed of {len(clients)} clients that exchange position, chat and distress both ways, and an outage")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--node", required=True, help="folder where node-tak is installed")
    reader.add_argument("--profile", default="debug")
    reader.add_argument("--verbose", action="store_true")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    asyncio.run(main(reader.parse_args()))
