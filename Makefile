# Everything one does with Whereabouts. Each step says what it does and how long it took.
# Needs Rust (rustup), a C compiler, make and Node.js 20 or newer; sees to the rest itself.

TARGET := $(or $(CARGO_TARGET_DIR),target)
STEP := scripts/step
BEGIN := $(shell date +%s)
TOOK = $$(( ($$(date +%s) - $(BEGIN)) / 60 )) min $$(( ($$(date +%s) - $(BEGIN)) % 60 )) s

.NOTPARALLEL:
.PHONY: help setup tools wasm-target wasm-bindgen web build demo test test-tools format lint unit browser check audit bench evaluate clean

help:
	@echo "make demo    set up, build and start everything with a simulated SAP Concur; ARGS='--travelers 200' is passed on"
	@echo "make test    set up and run every test: format, lints, unit, SQLite and PostgreSQL, browser"
	@echo "make build   leave a release in $(TARGET)/release/whereabouts, one file with its web files inside"
	@echo "make bench   build and print the tables of the benchmarks; ARGS='size documents everyone pages quality acknowledgements bursts' chooses"
	@echo "make evaluate locate the people of an invented year and compare with the truth; ARGS='usual travelers=200' or 'ablations'; 'keep', and after a change of rules 'accept'"
	@echo "make check   format, lints, audit of dependencies and licences"
	@echo "Parts: setup, web, format, lint, unit, browser, audit"

# --- what the build needs

setup: tools wasm-target node_modules/.package-lock.json wasm-bindgen

# `error` ends everything with one line.
tools:
	$(eval MISSING := $(shell scripts/need cargo rustup cc node npm 2>&1))$(if $(MISSING),$(error $(MISSING)))

wasm-target:
	@rustup target list --installed | grep -qx wasm32-unknown-unknown || \
		$(STEP) "The compiler's target for browsers" rustup target add wasm32-unknown-unknown

node_modules/.package-lock.json: package.json package-lock.json
	@$(STEP) "Packages from npm: map, font, wasm-opt, browser driver" env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error
	@touch $@

wasm-bindgen:
	@scripts/wasm-bindgen >/dev/null

# --- building and running

web: setup
	@$(STEP) "Web files: wasm, styles, map" node scripts/web.mjs

build: web
	@$(STEP) "The program" cargo build --release --bin whereabouts

demo: build
	@echo
	@exec $(TARGET)/release/whereabouts demo $(ARGS)

# --- tests: what fails fast comes first

test: setup test-tools format lint web unit browser
	@printf '\nEvery test passed (%s).\n' "$(TOOK)"

test-tools:
	$(eval MISSING := $(shell scripts/test-tools why-not))$(if $(MISSING),$(error $(MISSING)))
	@scripts/test-tools lacks || $(STEP) "From Debian: what the tests need" scripts/test-tools

format: tools
	@$(STEP) "Format" cargo fmt --all --check

lint: setup
	@$(STEP) "Lints: server" cargo clippy --workspace --all-targets -- -D warnings
	@$(STEP) "Lints: browser" cargo clippy --package app --lib --target wasm32-unknown-unknown --features hydrate -- -D warnings

unit: tools test-tools
	@$(STEP) "Tests: unit, HTTP, SQLite, PostgreSQL" cargo test --workspace

# The program that the other tests were run with: `cargo build` would make it and its dependencies once more, with other features.
browser: web test-tools
	@$(STEP) "The program, for the browser tests" cargo test --workspace --no-run
	@$(STEP) "Tests: browser" env WHEREABOUTS_PROGRAM=$(TARGET)/debug/whereabouts node_modules/.bin/playwright test --config end2end

# --- the rest

check: setup format lint audit
	@printf '\nNothing to complain about (%s).\n' "$(TOOK)"

audit: setup
	@if command -v cargo-deny >/dev/null 2>&1; then $(STEP) "Audit: advisories, licences, sources" cargo deny check; \
		else $(STEP) "Audit: licences (cargo-deny is not installed, so no advisories)" node scripts/licences.mjs; fi

bench: web
	@$(STEP) "The program and its benchmarks" cargo bench --no-run --bench tables --bench engine
	@cargo bench --quiet --bench tables -- $(ARGS)
	@[ -n "$(ARGS)" ] || cargo bench --quiet --bench engine

evaluate: tools
	@$(STEP) "The engine and its evaluation" cargo bench --no-run --bench evaluate
	@cargo bench --quiet --bench evaluate -- $(ARGS)

clean:
	cargo clean
	rm -rf node_modules end2end/test-results
