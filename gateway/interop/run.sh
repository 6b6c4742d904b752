#!/bin/sh
# TAK clients that nobody here wrote (pytak and node-tak) against the gateway and a hub, on loopback.
# Installs both under target/interop, of the versions below; without a network, or without python3 and node, it says so and ends.
set -eu
cd "$(dirname "$0")/../.."
FOLDER=${INTEROP_FOLDER:-target/interop}
NEEDED=${INTEROP_NEEDED:-}
skip() { echo "(interop: $1: pytak and node-tak are not run here)"; [ -z "$NEEDED" ] && exit 0; exit 1; }

command -v python3 >/dev/null || skip "python3 is not installed"
command -v npm >/dev/null || skip "npm is not installed"
mkdir -p "$FOLDER/node"
if [ ! -e "$FOLDER/pytak-7.6.1" ]; then
    echo "== install pytak 7.6.1 (pip, into $FOLDER)"
    { python3 -m venv "$FOLDER/venv" && timeout 240 "$FOLDER/venv/bin/pip" -q install \
        pytak==7.6.1 takproto==3.0.1 aiohttp==3.14.5 && touch "$FOLDER/pytak-7.6.1"; } || skip "pytak could not be installed"
fi
if [ ! -e "$FOLDER/node-tak-8.3.0" ]; then
    echo "== install node-tak 8.3.0 (npm, into $FOLDER)"
    { (cd "$FOLDER/node" && echo '{"private":true}' >package.json && timeout 240 npm install --no-audit --no-fund --silent \
        @tak-ps/node-tak@8.3.0) && touch "$FOLDER/node-tak-8.3.0"; } || skip "node-tak could not be installed"
fi
exec "$FOLDER/venv/bin/python" gateway/interop/interop.py --node "$FOLDER/node" "$@"
