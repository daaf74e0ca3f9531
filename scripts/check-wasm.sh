#!/usr/bin/env bash
# Checks that the crates of the browser's client compile for wasm32-unknown-unknown.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly TARGET=wasm32-unknown-unknown
packages=()
for crate in protocol trust room; do
    packages+=(--package "entente-$crate")
done

case "$(scripts/wasm-toolchain.sh)" in
    own)
        cargo check --locked --target "$TARGET" "${packages[@]}"
        ;;
    debian)
        # A stable compiler builds its standard library only when told that it may use unstable options. The
        # own directory keeps its results apart from those of the compiler in PATH; there, only macros and build
        # scripts run, once each, and optimising them costs more than it saves.
        RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=target/wasm \
            /usr/bin/cargo check --locked --target "$TARGET" -Z build-std=std,panic_abort \
            --config 'profile.dev.package."*".opt-level=0' "${packages[@]}"
        ;;
    *)
        echo "no toolchain for $TARGET; run: make clean-setup setup" >&2
        exit 1
        ;;
esac
echo "ok     entente-protocol, entente-trust and entente-room compile for $TARGET"
