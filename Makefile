# Two commands: `make demo` and `make test`. Both install what they need and say so.

CARGO ?= cargo
SECONDS ?= 90
export CARGO_TERM_COLOR ?= auto

.PHONY: demo test build lint bench need

demo: need
	@echo "== build"
	$(CARGO) build --locked -p samband-hub -p samband-gateway
	@echo "== demo: storm Ivar in $(SECONDS) s; on a terminal it keeps serving until Ctrl-C"
	./target/debug/samband demo --seconds $(SECONDS)

test: need lint
	@echo "== tests"
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) build --locked --workspace --bins && \
		$(CARGO) nextest run --locked --workspace && $(CARGO) test --locked --workspace --doc; \
	else \
		echo "(cargo-nextest is not installed: cargo test runs the same tests, slower)"; \
		$(CARGO) build --locked --workspace --bins && $(CARGO) test --locked --workspace; \
	fi
	@echo "== demo, without a terminal"
	./target/debug/samband demo --seconds 20 --people 127.0.0.1:0 --devices 127.0.0.1:0 </dev/null >target/demo.log 2>&1 || { cat target/demo.log; exit 1; }
	@tail -n 3 target/demo.log

lint:
	@echo "== format and lints"
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --log-level error check; else echo "(cargo-deny is not installed: licences and advisories are not checked here)"; fi

bench: need
	$(CARGO) build --locked --release -p samband-hub
	$(CARGO) run --locked --release -p samband-bench

# A C compiler builds SQLite; everything else comes with cargo.
need:
	@command -v $(CARGO) >/dev/null || { echo "cargo is needed: https://rustup.rs"; exit 1; }
	@if ! command -v cc >/dev/null; then \
		echo "== install gcc (SQLite is built from source)"; \
		SUDO=$$( [ "$$(id -u)" = 0 ] || command -v sudo ); \
		$$SUDO apt-get update -q && $$SUDO apt-get install -y --no-install-recommends gcc libc6-dev; \
	fi
