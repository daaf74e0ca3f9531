#!/usr/bin/env bash
# Runs cargo for wasm32-unknown-unknown with the toolchain that this machine has, below target/wasm. What it makes
# does not depend on where the checkout or cargo's registry lie.
#   wasm-cargo.sh build|check ARGUMENTS...
set -euo pipefail
cd "$(dirname "$0")/.."

readonly TARGET=wasm32-unknown-unknown
export CARGO_TARGET_DIR="${ENTENTE_WASM_TARGET:-target/wasm}"

toolchain=$(scripts/wasm-toolchain.sh)
flags=(
    # Randomness is the browser's.
    '--cfg=getrandom_backend="wasm_js"'
    "--remap-path-prefix=$PWD=/entente"
    "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
)
# No words of the program for its developers: nobody reads them in a browser, and they are bytes. A stable
# compiler takes these options, and builds its standard library, only when told that it may.
if [ "$1" = build ]; then flags+=(-Zlocation-detail=none -Zfmt-debug=none); fi
export RUSTC_BOOTSTRAP=1
cargo=cargo
more=()
case "$toolchain" in
    own) ;;
    debian)
        cargo=/usr/bin/cargo
        export RUSTC=/usr/bin/rustc
        flags+=(
            -Clinker=/usr/bin/wasm-ld
            "--remap-path-prefix=$(/usr/bin/rustc --print sysroot)=/rust"
        )
        more=(-Z build-std=std,panic_abort)
        ;;
    *)
        echo "no toolchain for $TARGET ($(scripts/wasm-toolchain.sh --why)); run: make clean-setup setup" >&2
        exit 1
        ;;
esac

# Joined by the unit separator, so that a path may have spaces.
separated=$(printf '\x1f%s' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS="${separated:1}"
exec "$cargo" "$@" --locked --target "$TARGET" "${more[@]}"
