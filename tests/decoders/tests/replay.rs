//! The kept inputs and thousands of changed copies of them, through every decoder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use data_encoding::HEXLOWER;
use entente_decoders::{ALL, Decoder, Mutator, corpus};

/// Changed copies for each decoder, and for those that do MLS with each.
const CHANGED: usize = 3_000;
const CHANGED_SLOW: usize = 300;
const SLOW: [&str; 4] = ["key_packages", "openings", "hub", "member"];

/// Largest kept input, and all together, in bytes.
const LARGEST_KEPT: usize = 64 * 1024;
const ALL_KEPT: usize = 1024 * 1024;

/// What this process may hold at its peak, in KiB: the decoders of frames of 4 MiB among it.
const PEAK_KIB: u64 = 512 * 1024;

fn run(decoder: &Decoder, name: &str, input: &[u8]) {
    let ended = catch_unwind(AssertUnwindSafe(|| (decoder.run)(input)));
    assert!(
        ended.is_ok(),
        "{} broke on {name}: keep it as fuzz/corpus/{}/…\n{}",
        decoder.name,
        decoder.name,
        HEXLOWER.encode(input)
    );
}

#[test]
fn what_is_kept_and_what_was_changed_breaks_nothing() {
    for decoder in ALL {
        let kept = corpus(decoder.name);
        assert!(!kept.is_empty(), "{} has no inputs", decoder.name);
        for (name, input) in &kept {
            run(decoder, name, input);
        }
        let changed = if SLOW.contains(&decoder.name) {
            CHANGED_SLOW
        } else {
            CHANGED
        };
        let mut mutator = Mutator::new(decoder.name.len() as u64);
        for number in 0..changed {
            let (name, input) = &kept[mutator.below(kept.len())];
            let (_, other) = &kept[mutator.below(kept.len())];
            let input = mutator.change(input, other);
            run(decoder, &format!("change {number} of {name}"), &input);
        }
        run(decoder, "nothing", b"");
    }
}

/// A length of a gigabyte in a frame of a few bytes, lists in lists, and zeros as far as a frame goes.
#[test]
fn a_few_bytes_do_not_take_much_memory() {
    let lying = [
        &[0xbf, 0xff, 0xff, 0xff][..],
        &[0xff; 4],
        &[0x9b; 9],
        &[0x5b, 0, 0, 0, 1, 0, 0, 0, 0],
    ];
    let zeros = vec![0; entente_protocol::limits::MAX_FRAME_BYTES];
    let brackets = "[".repeat(100_000).into_bytes();
    let nested = vec![0x81; 100_000];
    let aliases = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n\
                    f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    for decoder in ALL {
        for (name, input) in corpus(decoder.name) {
            for lie in lying {
                for at in [0, 1, 2, 3, 5, 21, 37, input.len() / 2] {
                    let mut input = input.clone();
                    let at = at.min(input.len());
                    input.splice(at.., lie.iter().copied());
                    run(decoder, &name, &input);
                }
            }
        }
        for input in [&zeros[..], &brackets, &nested, aliases] {
            run(decoder, "large", input);
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .map(|number| number.trim().parse::<u64>().unwrap());
    assert!(peak.unwrap() < PEAK_KIB, "{peak:?} KiB");
}

#[test]
fn the_corpus_is_small_and_there_is_a_target_for_each_decoder() {
    let mut bytes = 0;
    for decoder in ALL {
        for (name, input) in corpus(decoder.name) {
            assert!(input.len() <= LARGEST_KEPT, "{}/{name}", decoder.name);
            bytes += input.len();
        }
    }
    assert!(bytes <= ALL_KEPT, "{bytes} bytes");
    let fuzz = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let targets: BTreeSet<&str> = manifest["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    let wanted: BTreeSet<&str> = ALL.iter().map(|decoder| decoder.name).collect();
    assert_eq!(targets, wanted);
    for name in wanted {
        let source = std::fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(
            source.contains(&format!("entente_decoders::{name}")),
            "{source}"
        );
    }
}
