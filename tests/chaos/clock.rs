//! A hub whose clock jumps while it runs, to and fro.

use entente_tests::{HubProcess, faketime};

use crate::party::Party;
use crate::report::report;
use crate::told;

/// Seconds from the right time, one after the other: what a time server corrects, what somebody types, and back.
const JUMPS_S: [i64; 6] = [120, -120, 1_500, -1_500, 7_200, 0];

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shift = folder.path().join("shift");
    let jump = |seconds: i64| {
        // Whole or not at all, whenever it is read.
        let next = folder.path().join("shift.next");
        std::fs::write(&next, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(&next, &shift).unwrap();
    };
    jump(0);
    let Some(environment) = faketime::by_file(&shift) else {
        return;
    };
    let hub = HubProcess::start_in(&folder.path().join("hub"), &[], environment);
    let mut party = Party::begin(folder.path(), &hub.url()).await;
    let rounds = told("ENTENTE_CHAOS_CLOCK_ROUNDS", 1);
    for _ in 0..rounds {
        for seconds in JUMPS_S {
            jump(seconds);
            party.go_on(20).await;
        }
    }
    let counted = party.end().await;
    let jumps = rounds * JUMPS_S.len() as u32;
    report("hub's clock jumps by up to two hours", jumps, counted);
    assert!(counted.is_whole(), "{counted:?}");
}
