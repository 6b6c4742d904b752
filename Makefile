# Two commands: `make demo` and `make test`. Both install what they need and say so.

CARGO ?= cargo
SECONDS ?= 90
export CARGO_TERM_COLOR ?= auto

.PHONY: demo test build lint bench interop need web web-lint web-test need-node need-browser
NPM := npm --prefix web

demo: need web
	@echo "== build"
	$(CARGO) build --locked -p samband-hub -p samband-gateway
	@echo "== demo: storm Ivar in $(SECONDS) s; on a terminal it keeps serving until Ctrl-C"
	./target/debug/samband demo --seconds $(SECONDS)

test: need web lint
	@echo "== tests"
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) build --locked --workspace --bins && \
		$(CARGO) nextest run --locked --workspace && $(CARGO) test --locked --workspace --doc; \
	else \
		echo "(cargo-nextest is not installed: cargo test runs the same tests, slower)"; \
		$(CARGO) build --locked --workspace --bins && $(CARGO) test --locked --workspace; \
	fi
	@echo "== TAK clients that nobody here wrote (make interop)"
	./gateway/interop/run.sh
	$(MAKE) web-test
	@echo "== demo, without a terminal"
	./target/debug/samband demo --seconds 20 --people 127.0.0.1:0 --devices 127.0.0.1:0 </dev/null >target/demo.log 2>&1 || { cat target/demo.log; exit 1; }
	@tail -n 3 target/demo.log

# The consoles: pages that the hub serves out of web/dist.
web: need-node web/dist/sw.js

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "== install the packages of the consoles (npm ci)"
	$(NPM) ci --no-audit --no-fund
	@touch $@

WEB_SOURCES := $(shell find web/src web/core/src web/public web/tools -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/*.js web/package.json)
web/dist/sw.js: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo "== build the consoles"
	$(NPM) run build --silent
	@touch $@

web-lint: web/node_modules/.package-lock.json
	@echo "== types of the consoles, and whether they are the contract's"
	$(NPM) run check --silent
	$(NPM) run gen --silent -- --check

web-test: need-browser
	@echo "== tests of the consoles"
	$(NPM) test --silent
	@echo "== the consoles in a browser"
	$(NPM) run e2e --silent

lint: web-lint
	@echo "== format and lints"
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --log-level error check; else echo "(cargo-deny is not installed: licences and advisories are not checked here)"; fi

bench: need
	$(CARGO) build --locked --release -p samband-hub
	$(CARGO) run --locked --release -p samband-bench

# pytak and node-tak against a hub and the gateway; without a network for their packages it fails.
interop: need
	$(CARGO) build --locked -p samband-hub -p samband-gateway
	INTEROP_NEEDED=1 ./gateway/interop/run.sh

# A C compiler builds SQLite; everything else comes with cargo.
need:
	@command -v $(CARGO) >/dev/null || { echo "cargo is needed: https://rustup.rs"; exit 1; }
	@if ! command -v cc >/dev/null; then \
		echo "== install gcc (SQLite is built from source)"; \
		SUDO=$$( [ "$$(id -u)" = 0 ] || command -v sudo ); \
		$$SUDO apt-get update -q && $$SUDO apt-get install -y --no-install-recommends gcc libc6-dev; \
	fi

need-node:
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "node 20.19 or newer with npm is needed: https://nodejs.org"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error(`node $${process.versions.node} is too old: 20.19 or newer is needed`); process.exit(1); }'

# The browser that the flows run in, with a font to draw with.
need-browser:
	@if ! command -v chromium >/dev/null; then \
		echo "== install chromium (tests in a browser)"; \
		SUDO=$$( [ "$$(id -u)" = 0 ] || command -v sudo ); \
		$$SUDO apt-get update -q && $$SUDO apt-get install -y --no-install-recommends chromium fonts-dejavu-core; \
	fi
