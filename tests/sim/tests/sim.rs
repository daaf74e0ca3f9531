//! Two hundred seeds hold all that must hold; each deliberate bug is found; a seed replays exactly.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use entente_sim::{Bug, Invariant, Outcome, Plan, run};

const SEEDS: u64 = 200;

/// Seeds within which a bug must be found.
const SEEDS_FOR_A_BUG: u64 = 120;

fn failed(outcome: &Outcome) -> Option<String> {
    let violation = outcome.violation.as_ref()?;
    let seed = outcome.seed;
    Some(format!(
        "seed {seed}: {violation}; again: make sim SEED={seed}"
    ))
}

#[test]
fn what_must_hold_holds_in_two_hundred_seeds() {
    let next = AtomicU64::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEEDS {
                        return;
                    }
                    let outcome = run(&Plan::of(seed));
                    if let Some(failure) = failed(&outcome) {
                        println!("{failure}");
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 0..12 {
        let (first, second) = (run(&Plan::of(seed)), run(&Plan::of(seed)));
        assert!(first.steps > 100, "{seed}");
        assert_eq!(first.digest, second.digest, "{seed}");
        assert_eq!(first.counts, second.counts, "{seed}");
        assert_eq!(first.steps, second.steps, "{seed}");
    }
    assert_ne!(run(&Plan::of(0)).digest, run(&Plan::of(1)).digest);
}

/// The simulation finds the bug by what it breaks, the seed finds it again in the same way, and finds
/// nothing without the bug.
fn is_found(bug: Bug, breaks: Invariant) {
    let plan = |seed| Plan::of(seed).with_bug(bug, breaks);
    let found = (0..SEEDS_FOR_A_BUG).find_map(|seed| {
        let outcome = run(&plan(seed));
        outcome.violation.is_some().then_some(outcome)
    });
    let found = found.unwrap_or_else(|| panic!("{bug:?} was not found"));
    let violation = found.violation.clone().unwrap();
    assert_eq!(violation.invariant, breaks);
    println!("{bug:?}: seed {}, {violation}", found.seed);
    let again = run(&plan(found.seed));
    assert_eq!(again.violation, found.violation);
    assert_eq!(again.digest, found.digest);
    assert_eq!(run(&Plan::of(found.seed)).violation, None);
}

macro_rules! bugs {
    ($($name:ident: $bug:ident breaks $invariant:ident,)*) => {
        $(
            #[test]
            fn $name() {
                is_found(Bug::$bug, Invariant::$invariant);
            }
        )*

        #[test]
        fn each_invariant_has_a_bug_that_breaks_it() {
            let broken = [$(Invariant::$invariant),*];
            for invariant in Invariant::ALL {
                assert!(broken.contains(&invariant), "{invariant:?}");
            }
        }
    };
}

bugs! {
    accepted_before_it_is_stored: AckBeforeSync breaks AcknowledgedIsStored,
    a_batch_half_on_the_disk: TornBatch breaks NoFalseAlarm,
    a_second_commit_of_an_epoch: StaleCommitTaken breaks OneWinner,
    delivered_before_it_is_stored: PublishBeforeSync breaks OneOrder,
    a_message_stored_twice: StoredTwice breaks NoDuplicates,
    a_role_too_high: InflatedRole breaks Policy,
    times_that_differ: TimesDiffer breaks EqualBoards,
    a_closing_forgotten: ForgottenClosing breaks ClosedStaysClosed,
    a_message_of_an_epoch_that_is_over: StaleEpochTaken breaks RemovedCantRead,
    a_removed_device_still_served: RemovedStillServed breaks RemovedCantRead,
    alarms_that_nobody_sees: UnseenAlarms breaks LossIsNoticed,
    bits_that_rot: BitRot breaks NoFalseAlarm,
    a_follower_forgotten: ForgottenFollower breaks Settles,
}
