#!/usr/bin/env bash
# Says which toolchain of this machine can compile for wasm32-unknown-unknown:
#   own     the rustc in PATH has that target's standard library, and a linker for it
#   debian  Debian's rustc-web, which builds the standard library from rust-web-src and links with lld
#   none
# With --why: what is missing for each, for people.
set -euo pipefail

readonly RUST_NEEDED=1.91
readonly TARGET=wasm32-unknown-unknown

# version_of COMMAND: the version of a rustc; nothing if it doesn't run.
version_of() { "$1" --version 2>/dev/null | cut -d ' ' -f 2 || true; }

# new_enough VERSION
new_enough() { [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$RUST_NEEDED" "$1" | sort -V | head -n 1)" = "$RUST_NEEDED" ]; }

# lacks_own, lacks_debian: what keeps that way shut; nothing if it is open.
lacks_own() {
    local version library
    version=$(version_of rustc)
    new_enough "$version" || { echo "rustc in PATH is ${version:-missing}, $RUST_NEEDED is needed"; return; }
    library=$(rustc --print target-libdir --target "$TARGET" 2>/dev/null || true)
    if [ -z "$library" ] || ! compgen -G "$library/libstd-*.rlib" >/dev/null; then
        echo "rustc $version has no standard library for $TARGET (rustup target add $TARGET)"
    elif [ ! -x "$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld" ] \
        && ! command -v rust-lld >/dev/null; then
        echo "rustc $version has no rust-lld"
    fi
}
lacks_debian() {
    local version
    version=$(version_of /usr/bin/rustc)
    if [ ! -x /usr/bin/cargo ] || [ -z "$version" ]; then
        echo "rustc-web and cargo-web are not installed"
    elif ! new_enough "$version"; then
        echo "/usr/bin/rustc is $version, $RUST_NEEDED is needed"
    elif [ ! -e "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; then
        echo "rust-web-src is not installed"
    elif [ ! -x /usr/bin/wasm-ld ]; then
        echo "lld is not installed"
    fi
}

own=$(lacks_own)
debian=$(lacks_debian)
if [ "${1:-}" = --why ]; then
    echo "own: ${own:-yes}; debian: ${debian:-yes}"
elif [ -z "$own" ]; then
    echo own
elif [ -z "$debian" ]; then
    echo debian
else
    echo none
fi
