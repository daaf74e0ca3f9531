#!/usr/bin/env bash
# Says which toolchain of this machine can compile for wasm32-unknown-unknown:
#   own     the rustc in PATH has that target's standard library
#   debian  Debian's rustc-web, which builds the standard library from rust-web-src
#   none
set -euo pipefail

readonly RUST_NEEDED=1.91

# has_rust COMMAND: COMMAND is a rustc of at least RUST_NEEDED.
has_rust() {
    local version
    version=$("$1" --version 2>/dev/null | cut -d ' ' -f 2) || return 1
    [ "$(printf '%s\n%s\n' "$RUST_NEEDED" "$version" | sort -V | head -n 1)" = "$RUST_NEEDED" ]
}

library=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null || true)
if [ -n "$library" ] && compgen -G "$library/libstd-*.rlib" >/dev/null; then
    echo own
elif [ -x /usr/bin/cargo ] && has_rust /usr/bin/rustc \
    && [ -e "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; then
    echo debian
else
    echo none
fi
