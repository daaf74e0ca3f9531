//! Observations a second against 100,000 identifiers: exact, near, and by looking at all of them.
//! `cargo bench -p entente-room`
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use entente_room::{Identifier, IdentifierKind, Reading, TargetId, WatchList};

const IDENTIFIERS: u32 = 100_000;
const OBSERVATIONS: u32 = 10_000;

/// Plates as they come: letters and digits that look random and are the same in each run.
fn plate(number: u32) -> String {
    let mut state = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    let mut next = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % bound
    };
    let letter = |n: u64| char::from(b'A' + u8::try_from(n).unwrap());
    let (a, b, c) = (next(26), next(26), next(26));
    format!(
        "{}{}{}-{:05}",
        letter(a),
        letter(b),
        letter(c),
        next(100_000)
    )
}

fn bench(c: &mut Criterion) {
    let mut list = WatchList::default();
    let mut all = Vec::new();
    for number in 0..IDENTIFIERS {
        let identifier = Identifier::new(IdentifierKind::Plate, &plate(number)).unwrap();
        list.add(&identifier, TargetId::from_bytes([1; 16]));
        all.push(identifier);
    }
    // One in a hundred is on the list, as it would be on a road in an operation's area at most.
    let texts: Vec<String> = (0..OBSERVATIONS)
        .map(|number| {
            plate(if number % 100 == 0 {
                number
            } else {
                IDENTIFIERS + number
            })
        })
        .collect();
    let read = |text: &String| Identifier::read(IdentifierKind::Plate, text).unwrap();

    let mut group = c.benchmark_group("matching");
    group.throughput(Throughput::Elements(u64::from(OBSERVATIONS)));
    group.bench_function("exact, from the text that was read", |b| {
        b.iter(|| {
            texts
                .iter()
                .filter(|text| list.exact(&read(text).identifier).next().is_some())
                .count()
        });
    });
    group.bench_function("exact and near, from the text that was read", |b| {
        b.iter(|| {
            texts
                .iter()
                .filter(|text| !list.search(&read(text)).is_empty())
                .count()
        });
    });
    group.sample_size(10);
    let few: Vec<Reading> = texts.iter().take(100).map(read).collect();
    group.throughput(Throughput::Elements(100));
    group.bench_function("naive scan, exact", |b| {
        b.iter(|| {
            few.iter()
                .filter(|seen| all.iter().any(|one| one == black_box(&seen.identifier)))
                .count()
        });
    });
    group.bench_function("naive scan, exact and one edit", |b| {
        b.iter(|| {
            few.iter()
                .filter(|seen| {
                    let seen = black_box(seen.identifier.value().as_bytes());
                    all.iter()
                        .any(|one| is_within_one(one.value().as_bytes(), seen))
                })
                .count()
        });
    });
    group.finish();
}

/// What anybody would write first: skip what is equal at both ends, look at what is left.
fn is_within_one(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => one.len() <= 1 && other.len() <= 1,
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
