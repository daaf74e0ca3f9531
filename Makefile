# Every command of the README is a target here. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Parts of `make test` share the compiler's output directory: one after the other.
.NOTPARALLEL:

CARGO ?= cargo
EXERCISE := ops-playbooks/exercises/captagon-corridor.yaml
# More arguments for the command, e.g. make run ARGS=--once
ARGS ?=

STAMPS := target/setup
# With the features of the whole workspace: alone it would have others, and compile everything anew.
XTASK := $(CARGO) build --locked --quiet --workspace --bin xtask && target/debug/xtask

.PHONY: help setup build run test fmt format lint invariants supply-chain check-wasm web web-hash web-check \
	tests unit system sim cluster chaos fuzz corpus fixtures browser screenshots bench bench-room bench-hub clean-setup

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMPS)/build $(STAMPS)/lint $(STAMPS)/wasm $(STAMPS)/web $(STAMPS)/browser $(STAMPS)/services ## install what this machine lacks

$(STAMPS)/%: scripts/setup.sh scripts/wasm-toolchain.sh
	@mkdir -p $(@D)
	@scripts/setup.sh $*
	@touch $@

build: $(STAMPS)/build web ## build the hub with its web client, and the command line (target/debug)
	@echo '== build'
	$(CARGO) build --locked --workspace --bins

run: build ## start a hub on 127.0.0.1:8420 and play the exercise in it (ARGS=--once ends by itself)
	target/debug/entente exercise run $(EXERCISE) $(ARGS)

test: setup fmt lint invariants supply-chain check-wasm web-check build tests browser ## everything; what CI runs
	@echo '== all checks and tests passed'

fmt: $(STAMPS)/lint ## is the code formatted?
	@echo '== formatting'
	$(CARGO) fmt --all --check

format: $(STAMPS)/lint ## format the code
	$(CARGO) fmt --all

lint: $(STAMPS)/build $(STAMPS)/lint ## clippy; warnings are errors
	@echo '== clippy'
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

invariants: $(STAMPS)/build ## the architecture invariants
	@echo '== invariants'
	@$(XTASK) invariants

supply-chain: $(STAMPS)/build ## licences, sources and advisories of all dependencies
	@echo '== supply chain'
	@$(XTASK) supply-chain
	@$(XTASK) docs

check-wasm: $(STAMPS)/build $(STAMPS)/wasm ## protocol, trust and room compile for the browser
	@echo '== wasm'
	@scripts/check-wasm.sh

web: $(STAMPS)/build $(STAMPS)/wasm $(STAMPS)/web ## build the web client (client-web/dist)
	@echo '== web client'
	@scripts/web.sh

web-hash: ## the digest of the web client that was built
	@scripts/web.sh hash

web-check: web ## types, texts in four languages, markup and tests of the web client
	@echo '== web client: types, texts, markup, tests'
	@cd client-web && npm run --silent check && npm run --silent test

# All of one workspace in one go: parts of it would have other features, and compile everything anew.
tests: build $(STAMPS)/services ## all tests: of each crate, and with real processes
	@echo '== tests'
	$(CARGO) test --locked --workspace

unit: $(STAMPS)/build $(STAMPS)/services ## the tests of each crate
	@echo '== unit tests'
	$(CARGO) test --locked --workspace --exclude entente-tests

system: build ## the tests with real processes
	@echo '== system tests'
	$(CARGO) test --locked --workspace --test system --test attacks

# SEEDS=10000 runs more, SEED=17 one of them line by line.
SEEDS ?= 1000
sim: $(STAMPS)/build ## a room with hub, members and all that goes wrong, simulated from seeds (SEEDS=10000, SEED=17)
	@echo '== simulation'
	$(CARGO) build --locked --release --workspace --bin entente-sim
	target/release/entente-sim $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(ARGS)

# ROOMS × MEMBERS devices for RUN_SECONDS of misfortunes; what happened is written to target/cluster.md.
ROOMS ?= 30
MEMBERS ?= 10
RUN_SECONDS ?= 600
cluster: build $(STAMPS)/services ## the long run of several hubs that are killed and cut off (10 minutes)
	@echo '== several hubs, the long run'
	ENTENTE_CLUSTER_ROOMS=$(ROOMS) ENTENTE_CLUSTER_MEMBERS=$(MEMBERS) ENTENTE_CLUSTER_SECONDS=$(RUN_SECONDS) \
		ENTENTE_CLUSTER_REPORT=$(CURDIR)/target/cluster.md \
		$(CARGO) test --locked --workspace --test cluster whatever_fails
	@cat target/cluster.md

# What was counted is written into docs/RELIABILITY.md, between its marks. Full and read-only disks take root.
KILLS ?= 500
TIMED ?= 400
chaos: build $(STAMPS)/services ## kill, starve and mislead a hub while members talk (KILLS=500: half an hour)
	@echo '== chaos'
	$(CARGO) build --locked --release --workspace --bin entente-server --bin entente-bench
	ENTENTE_PROGRAMS=$(CURDIR)/target/release \
		ENTENTE_CHAOS_KILLS=$(KILLS) ENTENTE_CHAOS_DRAINS=20 ENTENTE_CHAOS_FREEZES=20 ENTENTE_CHAOS_CLOCK_ROUNDS=5 \
		ENTENTE_CHAOS_FULL=20 ENTENTE_CHAOS_READ_ONLY=20 ENTENTE_CHAOS_TIMED=$(TIMED) \
		ENTENTE_CHAOS_REPORT=$(CURDIR)/docs/RELIABILITY.md \
		$(CARGO) test --locked --workspace --test chaos -- --test-threads=1 --nocapture $(ARGS)

# Each target is a decoder of `tests/decoders`; what is found goes to fuzz/artifacts, and mended it belongs into fuzz/corpus.
TARGET ?= client_frames
SECONDS ?= 60
fuzz: $(STAMPS)/build $(STAMPS)/fuzz ## fuzz one decoder, or TARGET=all one after the other (SECONDS=60)
	@scripts/fuzz.sh $(TARGET) $(SECONDS)

corpus: $(STAMPS)/build ## make the good inputs of the fuzz targets anew
	ENTENTE_BLESS=1 $(CARGO) test --locked --workspace --test seeds

# When a version is released, and never again for it: later versions must open what this one has left.
fixtures: build ## keep what this version leaves on its disks (tests/fixtures)
	ENTENTE_FIXTURE=$$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1) \
		$(CARGO) test --locked --workspace --test system the_fixture_of_this_version

browser: build $(STAMPS)/browser ## the tests of the web client, in Chromium against a real hub
	@echo '== browser tests'
	node --test --test-concurrency=1 tests/browser/

screenshots: build $(STAMPS)/browser ## pictures of every screen in four languages, for a phone and a desk (target/screenshots)
	node tests/browser/screenshots.mjs $(ARGS)

bench: bench-room bench-hub ## measure everything: rooms and the hub (about 15 minutes)

bench-room: $(STAMPS)/build $(STAMPS)/wasm ## measure what members do: matching, sealing, commits, boards; natively and as wasm
	$(CARGO) bench --locked --workspace --bench matching --bench session
	scripts/wasm-cargo.sh build --quiet --profile wasm --package entente-bench-wasm
	$(CARGO) run --locked --quiet --package xtask -- web-glue target/wasm/wasm32-unknown-unknown/wasm/entente_bench_wasm.wasm target/bench-wasm
	node benches/members.mjs target/bench-wasm

# FIGURES=fanout4,joins SERVERS=hub,floor measures less; what was measured before stays in the document.
FIGURES ?= fanout4,fanout16,large,paced,members,rooms,durable,idle2000,idle10000,joins,resume
SERVERS ?= floor,hub,hub-tls,nats,mosquitto0,mosquitto1,postgres1,postgres2,postgres3
bench-hub: $(STAMPS)/build $(STAMPS)/services $(STAMPS)/peers ## measure the hub beside its peers; results in docs/BENCHMARKS.md
	$(CARGO) build --locked --release --workspace --bin entente-server --bin entente-bench
	target/release/entente-bench run --figures $(FIGURES) --servers $(SERVERS) \
		--hub-options='--messages-per-second 100000' $(ARGS)
	target/release/entente-bench report

clean-setup: ## look again at what the machine has
	rm -rf $(STAMPS)
