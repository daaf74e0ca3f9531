//! A disk that says no.

use core::time::Duration;

use entente_room::{Event, Say};
use entente_tests::{Cast, HubProcess, Snapshot, with_database, within};
use entente_trust::Role;

use crate::CLASSIC;

/// While nothing can be stored nothing is acknowledged and nobody sees anything; afterwards the
/// members go on by themselves, and what they had said is there once.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_acknowledges_nothing_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;

    with_database(
        hub.data(),
        "CREATE TRIGGER broken_disk BEFORE INSERT ON messages \
         BEGIN SELECT RAISE(ABORT, 'the disk says no'); END",
    )
    .await;
    let before = Snapshot::of(hub.data()).await;
    let say = |text: &str| {
        Event::Say(Say {
            text: text.to_owned(),
            urgent: false,
            reply_to: None,
        })
    };
    let mut first = anvil.engine.queue(room, say("one")).await.unwrap();
    let second = bellows.engine.queue(room, say("two")).await.unwrap();
    within(async {
        while !hub.log().contains("the disk says no") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(first.try_recv().is_err(), "nothing was acknowledged");
    assert_eq!(Snapshot::of(hub.data()).await, before);

    with_database(hub.data(), "DROP TRIGGER broken_disk").await;
    let mut expected = vec![
        (first.await.unwrap().unwrap(), "one".to_owned()),
        (second.await.unwrap().unwrap(), "two".to_owned()),
    ];
    expected.sort();
    let head = expected[1].0;
    for member in [&anvil, &bellows] {
        let there = member
            .engine
            .until(room, move |session| session.cursor() >= head);
        within(there).await.unwrap();
        let said = member.engine.view(room, crate::said).await.unwrap();
        assert_eq!(said, expected);
    }
}

/// A room goes on deciding while the disk works. When a batch fails, what was decided on top of it
/// goes with it: each message is acknowledged once, at one place, the same for all.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_on_a_failed_batch_goes_with_it() {
    const MESSAGES: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;

    // In the middle of what follows, so that there are batches before it, with it and after it.
    with_database(
        hub.data(),
        "CREATE TRIGGER bad_sector BEFORE INSERT ON messages \
         WHEN NEW.seq >= 30 BEGIN SELECT RAISE(ABORT, 'the disk says no'); END",
    )
    .await;
    let say = |text: String| {
        Event::Say(Say {
            text,
            urgent: false,
            reply_to: None,
        })
    };
    let mut waiting = Vec::new();
    for number in 0..MESSAGES {
        for (name, member) in [("anvil", &anvil), ("bellows", &bellows)] {
            let text = format!("{name} {number}");
            let place = member.engine.queue(room, say(text.clone())).await.unwrap();
            waiting.push((place, text));
        }
    }
    while !hub.log().contains("the disk says no") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    with_database(hub.data(), "DROP TRIGGER bad_sector").await;
    let mut expected = Vec::new();
    for (place, text) in waiting {
        expected.push((place.await.unwrap().unwrap(), text));
    }
    expected.sort();
    let head = expected[expected.len() - 1].0;
    for member in [&anvil, &bellows] {
        member
            .engine
            .until(room, move |session| session.cursor() >= head)
            .await
            .unwrap();
        let said = member.engine.view(room, crate::said).await.unwrap();
        assert_eq!(said, expected);
    }
}
