//! SIGTERM while members talk, and a process that stands still for a while.

use entente_tests::{HubProcess, within};

use crate::party::Party;
use crate::report::report;
use crate::told;

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_told_to_stop_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let mut party = Party::begin(folder.path(), &hub.url()).await;
    let times = told("ENTENTE_CHAOS_DRAINS", 2);
    for _ in 0..times {
        party.go_on(20).await;
        let ended = tokio::task::spawn_blocking(move || {
            let well = hub.terminate();
            hub.restart();
            (hub, well)
        });
        let (back, well) = within(ended).await.unwrap();
        assert!(well, "it ends with status 0");
        hub = back;
    }
    party.go_on(1).await;
    assert!(hub.log().contains("hub has stopped"));
    let counted = party.end().await;
    report("hub told to stop (SIGTERM)", times, counted);
    assert!(counted.is_whole(), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_stands_still_for_a_while_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let mut party = Party::begin(folder.path(), &hub.url()).await;
    let times = told("ENTENTE_CHAOS_FREEZES", 2);
    for _ in 0..times {
        party.go_on(20).await;
        hub.freeze();
        let before = party.acknowledged();
        tokio::time::sleep(core::time::Duration::from_secs(1)).await;
        // What was answered before may still have been on its way.
        assert!(party.acknowledged() <= before + 100);
        hub.thaw();
    }
    party.go_on(20).await;
    let counted = party.end().await;
    report("hub frozen (SIGSTOP) for a second", times, counted);
    assert!(counted.is_whole(), "{counted:?}");
}
