#!/usr/bin/env bash
# Finds what this machine lacks to build and test the project, and installs it where that is possible.
#   setup.sh build   what `make build` needs: a C compiler (for the bundled SQLite) and Rust
#   setup.sh lint    rustfmt and clippy
#   setup.sh wasm    a toolchain that can build crates for wasm32-unknown-unknown
#   setup.sh web     node and npm, for the web client
#   setup.sh services PostgreSQL, NATS and libfaketime, for the tests of hubs that share them and of clocks that jump; what
#                   agents, exports and reports are held to
#   setup.sh browser Chromium, for the web client's tests and screenshots
#   setup.sh fuzz    a C++ compiler, for libFuzzer
#   setup.sh peers   Mosquitto and nats-server, to be measured beside
set -euo pipefail

readonly RUST_NEEDED=1.94
readonly NODE_NEEDED=20
readonly TAKY=0.10
readonly STIX_VALIDATOR=3.3.2
readonly TARGET_DOWNLOAD_SECONDS=60
# What a first build and its tests take. A linker without room ends with a bus error that explains nothing.
readonly FREE_GIB_NEEDED=12

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# install PACKAGE...: Debian packages, when we may.
install() {
    local wanted="$*"
    command -v apt-get >/dev/null || fail "please install: $wanted (no apt-get on this machine)"
    [ "$(id -u)" = 0 ] || fail "please install as root: apt-get install $wanted"
    say "installing $wanted"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || fail "apt-get update failed"
    # shellcheck disable=SC2086  # several words on purpose
    apt-get install -y -qq --no-install-recommends $wanted >/dev/null || fail "apt-get install $wanted failed"
}

# at_least VERSION MINIMUM
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Only before the first build: later most of it is there already.
enough_room() {
    [ ! -d target/debug/deps ] || return 0
    local free
    free=$(df --output=avail --block-size=1G . | tail -n 1 | tr -d ' ')
    [ "$free" -ge "$FREE_GIB_NEEDED" ] || say "only $free GiB are free on this disk, a first build and its tests take up to $FREE_GIB_NEEDED GiB: it may fail"
}

setup_build() {
    enough_room
    command -v cc >/dev/null || install gcc libc6-dev
    command -v cargo >/dev/null || fail "Rust $RUST_NEEDED or newer is needed (rustc and cargo in PATH): https://www.rust-lang.org/tools/install"
    local version
    version=$(rustc --version | cut -d ' ' -f 2)
    at_least "$version" "$RUST_NEEDED" || fail "Rust $RUST_NEEDED or newer is needed, this is $version"
    # A script of the tests works out by itself what a feed must find.
    command -v node >/dev/null || install nodejs
    say "C compiler and Rust $version are here"
}

setup_lint() {
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt || fail "rustfmt is needed (rustup component add rustfmt)"
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy || fail "clippy is needed (rustup component add clippy)"
    say "rustfmt and clippy are here"
}

setup_wasm() {
    local toolchain
    toolchain=$(scripts/wasm-toolchain.sh)
    if [ "$toolchain" = none ] && command -v rustup >/dev/null; then
        say "asking rustup for the wasm target"
        timeout "$TARGET_DOWNLOAD_SECONDS" rustup target add wasm32-unknown-unknown || say "rustup can't fetch it here"
        toolchain=$(scripts/wasm-toolchain.sh)
    fi
    if [ "$toolchain" = none ]; then
        # Debian's rustc-web is a current Rust that sits beside another one; it builds the standard library itself.
        install rustc-web cargo-web rust-web-src lld
        toolchain=$(scripts/wasm-toolchain.sh)
    fi
    [ "$toolchain" != none ] || fail "no toolchain for wasm32-unknown-unknown: $(scripts/wasm-toolchain.sh --why)"
    say "wasm toolchain: $toolchain"
}

# node_is_new: node is there, and new enough.
node_is_new() {
    local version
    version=$(node --version 2>/dev/null) || return 1
    at_least "${version#v}" "$NODE_NEEDED"
}

setup_web() {
    node_is_new || install nodejs
    node_is_new || fail "node $NODE_NEEDED or newer is needed, this is $(node --version): https://nodejs.org"
    command -v npm >/dev/null || install npm
    say "node $(node --version) and npm $(npm --version) are here"
}

# is_here NAME: in the path, or where Debian keeps servers.
is_here() { PATH="$PATH:/usr/sbin:/usr/local/sbin:$(echo /usr/lib/postgresql/*/bin)" command -v "$1" >/dev/null; }

# A TAK server, and what judges STIX bundles by the schemas of OASIS, in a folder of their own beside what is built.
setup_python() {
    [ ! -x target/venv/bin/taky ] || [ ! -x target/venv/bin/stix2_validator ] || return 0
    python3 -c 'import ensurepip' 2>/dev/null || install python3 python3-venv
    say "installing taky $TAKY and stix2-validator $STIX_VALIDATOR"
    python3 -m venv target/venv || fail "python3 -m venv failed"
    target/venv/bin/pip install --quiet "taky==$TAKY" "stix2-validator==$STIX_VALIDATOR" || fail "pip install failed"
}

setup_services() {
    if [ -n "${ENTENTE_SKIP_SERVICES:-}" ]; then
        say "ENTENTE_SKIP_SERVICES is set: tests with PostgreSQL, NATS and other programs are left out"
        return
    fi
    local wanted=()
    is_here initdb || wanted+=(postgresql)
    is_here nats-server || wanted+=(nats-server)
    ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || wanted+=(libfaketime)
    command -v pdftotext >/dev/null || wanted+=(poppler-utils)
    [ "${#wanted[@]}" = 0 ] || install "${wanted[@]}"
    setup_python
    say "PostgreSQL, NATS, a TAK server, a judge of STIX and a reader of PDF are here"
}

setup_browser() {
    command -v chromium >/dev/null || install chromium fonts-noto-core fonts-dejavu-core
    say "$(chromium --version 2>/dev/null || echo chromium) is here"
}

setup_fuzz() {
    command -v c++ >/dev/null || install g++
    say "C++ compiler is here"
}

setup_peers() {
    command -v mosquitto >/dev/null || install mosquitto
    command -v nats-server >/dev/null || install nats-server
    command -v taskset >/dev/null || install util-linux
    say "Mosquitto and $(nats-server --version) are here"
}

cd "$(dirname "$0")/.."
case "${1:-}" in
    build) setup_build ;;
    lint) setup_lint ;;
    wasm) setup_wasm ;;
    web) setup_web ;;
    services) setup_services ;;
    browser) setup_browser ;;
    fuzz) setup_fuzz ;;
    peers) setup_peers ;;
    *) fail "usage: setup.sh build|lint|wasm|web|services|browser|fuzz|peers" ;;
esac
