#!/usr/bin/env bash
# Makes the web client's bundle in client-web/dist; docs/WEB.md says how. Each step is left out when nothing that it
# reads has changed since it last ran.
#   web.sh         make it
#   web.sh hash    print its digest
set -euo pipefail
cd "$(dirname "$0")/.."

readonly WEB=client-web
readonly TARGET="${CARGO_TARGET_DIR:-target}"
readonly WASM_TARGET="${ENTENTE_WASM_TARGET:-target/wasm}"
# Gone with the packages, when those change: then everything is made anew.
readonly STAMPS="$WEB/node_modules/.entente"
readonly CORE="$WASM_TARGET/wasm32-unknown-unknown/wasm/entente_web_core.wasm"
# What Rust's wasm32 target takes for granted in browsers; wasm-opt must be told.
readonly WASM_FEATURES=(
    --enable-bulk-memory --enable-bulk-memory-opt --enable-multivalue --enable-mutable-globals
    --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext
)

# digest PATH...: of all files at or below the paths, names and contents.
digest() {
    find "$@" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d ' ' -f 1
}

# step NAME OUTPUT INPUT... -- COMMAND...: runs the command unless the output is there and the inputs are those of
# the last time.
step() {
    local name=$1 output=$2 inputs=()
    shift 2
    while [ "$1" != -- ]; do inputs+=("$1"); shift; done
    shift
    local now
    now=$(digest "${inputs[@]}")
    if [ -e "$output" ] && [ "$(cat "$STAMPS/$name" 2>/dev/null)" = "$now" ]; then return; fi
    echo "web: $name"
    mkdir -p "$STAMPS"
    "$@"
    mkdir -p "$STAMPS"
    echo "$now" >"$STAMPS/$name"
}

xtask() {
    # With the features of the whole workspace: the same compiled crates serve everything else.
    cargo build --locked --quiet --workspace --bin xtask
    "$TARGET/debug/xtask" "$@"
}

packages() { (cd "$WEB" && npm ci --no-audit --no-fund --loglevel=error); }

core() {
    local made="$STAMPS/glue"
    rm -rf "$made"
    xtask web-glue "$CORE" "$made"
    # Its -Os makes fewer bytes, but more of them once they are compressed, and takes a minute. So does inlining.
    "$WEB/node_modules/.bin/wasm-opt" --dce --duplicate-function-elimination --simplify-locals --vacuum --reorder-locals \
        --dae-optimizing --code-pushing --rse --coalesce-locals --reorder-locals --vacuum \
        --optimize-instructions --precompute-propagate --remove-unused-brs --merge-blocks --remove-unused-names --vacuum \
        --optimize-instructions --remove-unused-brs --vacuum --duplicate-function-elimination --remove-unused-module-elements \
        --strip-debug --strip-producers "${WASM_FEATURES[@]}" \
        "$made/core_bg.wasm" -o "$made/small.wasm"
    mv "$made/small.wasm" "$made/core_bg.wasm"
    rm -rf "$WEB/src/core/wasm"
    mv "$made" "$WEB/src/core/wasm"
}

playbooks() { xtask web-playbooks ops-playbooks "$WEB/playbooks"; }

map_data() { node "$WEB/scripts/map-data.mjs"; }

bundle() { ENTENTE_RUSTC=$(scripts/wasm-toolchain.sh --version) node "$WEB/scripts/build.mjs"; }

case "${1:-}" in
    '') ;;
    hash)
        [ -e "$WEB/dist/bundle.json" ] || { echo "no bundle; run: make web" >&2; exit 1; }
        sed -n 's/^  "digest": "\(.*\)",$/\1/p' "$WEB/dist/bundle.json"
        exit
        ;;
    *)
        echo "usage: web.sh [hash]" >&2
        exit 2
        ;;
esac

step packages "$WEB/node_modules/.package-lock.json" "$WEB/package.json" "$WEB/package-lock.json" -- packages
scripts/wasm-cargo.sh build --quiet --profile wasm --package entente-web-core
step core "$WEB/src/core/wasm/core_bg.wasm" "$CORE" Cargo.lock xtask/src/web "$WEB/package-lock.json" scripts/web.sh -- core
step playbooks "$WEB/playbooks/index.json" ops-playbooks crates/room/src/playbook xtask/src/web -- playbooks
if [ -e "$WEB/scripts/map-data.mjs" ]; then
    step map-data "$STAMPS/map-data" "$WEB/scripts/map-data.mjs" "$WEB/package-lock.json" -- map_data
fi
step bundle "$WEB/dist/bundle.json" "$WEB"/{index.html,package.json,package-lock.json,svelte.config.js,tsconfig.json,vite.config.ts} \
    "$WEB"/{src,public,playbooks,locales,scripts} client/locales -- bundle
echo "web: client-web/dist $(scripts/web.sh hash)"
