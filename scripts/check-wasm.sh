#!/usr/bin/env bash
# Checks that the crates of the browser's client compile for wasm32-unknown-unknown.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
for crate in protocol trust room dossier; do
    packages+=(--package "entente-$crate")
done

# Only macros and build scripts run here, once each, and optimising them costs more than it saves.
scripts/wasm-cargo.sh check --config 'profile.dev.package."*".opt-level=0' "${packages[@]}"
echo "ok     entente-protocol, entente-trust, entente-room and entente-dossier compile for wasm32-unknown-unknown"
