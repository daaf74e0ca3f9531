//! Runs seeds, and shows how to run one that failed again.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::Parser;
use entente_sim::{Outcome, Plan, run};

/// Simulates rooms with their hub and members: everything that happens follows from a seed.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to run.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only this seed, with all that was decided line by line.
    #[arg(long)]
    seed: Option<u64>,
    /// Threads; each runs seeds of its own.
    #[arg(long, default_value_t = 2)]
    threads: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        return replay(seed);
    }
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from + arguments.seeds;
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = run(&Plan::of(seed));
                    if let Some(violation) = &outcome.violation {
                        println!("seed {seed} failed: {violation}");
                    }
                    outcomes
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    report(&outcomes)
}

fn replay(seed: u64) -> ExitCode {
    let mut plan = Plan::of(seed);
    plan.keeps_trace = true;
    let outcome = run(&plan);
    for line in &outcome.trace {
        println!("{line}");
    }
    report(&[outcome])
}

fn report(outcomes: &[Outcome]) -> ExitCode {
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (what, count) in outcomes.iter().flat_map(|outcome| &outcome.counts) {
        *counts.entry(what).or_default() += count;
    }
    for (what, count) in counts {
        println!("{count:>9} {what}");
    }
    println!(
        "{} seeds, {} steps, {} messages, {} epochs",
        outcomes.len(),
        sum(|outcome| outcome.steps),
        sum(|outcome| outcome.messages),
        sum(|outcome| outcome.epochs)
    );
    let mut failed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.violation.is_some())
        .collect();
    failed.sort_by_key(|outcome| outcome.seed);
    for outcome in &failed {
        if let Some(violation) = &outcome.violation {
            println!("seed {} failed: {violation}", outcome.seed);
            println!("  again: make sim SEED={}", outcome.seed);
        }
    }
    if failed.is_empty() {
        println!("nothing failed");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
