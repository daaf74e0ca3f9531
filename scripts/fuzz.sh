#!/usr/bin/env bash
# Fuzzes decoders with libFuzzer: fuzz.sh TARGET|all SECONDS
# The layout is that of cargo-fuzz; a stable compiler does, because nothing but coverage is wanted of it. What is interesting goes to
# fuzz/found, what breaks something to fuzz/artifacts, and a line for each run to target/fuzz.md.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly target=${1:?which target} seconds=${2:?for how many seconds}

# Beyond these a decoder takes more than it should: a frame is 4 MiB at most.
readonly limits=(-rss_limit_mb=1024 -malloc_limit_mb=256 -timeout=10 -max_len=65536)

host=$(rustc -vV | sed -n 's/^host: //p')
# The triple is named so that build scripts and macros are built without these.
export CARGO_TARGET_DIR=${FUZZ_TARGET_DIR:-$PWD/fuzz/target}
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg=fuzzing"

if [ "$target" = all ]; then
    targets=$(cd fuzz/fuzz_targets && ls ./*.rs | sed 's|^\./||; s|\.rs$||')
    bins=(--bins)
else
    targets=$target
    bins=(--bin "$target")
fi
cargo build --locked --release --manifest-path fuzz/Cargo.toml --target "$host" "${bins[@]}"

mkdir -p target
found_any=0
for one in $targets; do
    mkdir -p "fuzz/found/$one" "fuzz/artifacts/$one"
    log=$(mktemp)
    status=0
    "$CARGO_TARGET_DIR/$host/release/$one" -max_total_time="$seconds" -print_final_stats=1 "${limits[@]}" \
        -artifact_prefix="fuzz/artifacts/$one/" "fuzz/found/$one" "fuzz/corpus/$one" 2>"$log" || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    if [ "$status" != 0 ]; then
        tail -n 40 "$log" >&2
        found_any=1
    fi
    printf '| `%s` | %s | %s | %s | %s |\n' "$one" "$seconds" "${runs:-?}" "${peak:-?}" \
        "$([ "$status" = 0 ] && echo none || echo 'see fuzz/artifacts')" | tee -a target/fuzz.md
    rm -f "$log"
done
exit "$found_any"
