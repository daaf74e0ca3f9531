//! What one hub is told, all hubs carry out.

use entente_client::connection::{ConnectError, Incoming, connect};
use entente_client::engine::Wish;
use entente_client::now_ms;
use entente_protocol::{BlobId, ErrorCode};
use entente_room::Session;
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster};
use entente_trust::Role;

use crate::{CLASSIC, said, say};

/// Removed at one hub, a device on another one gets the commit that removes it, and not one message
/// more; the word between the hubs comes through, or does not.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_at_one_hub_hears_no_more_at_another() {
    if is_skipped() {
        return;
    }
    for with_broker in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
        cluster.route_to(Some(0));
        let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let bellows = cast.member("JO", "Bellows", Role::Field).await;
        let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
        bellows.engine.stop().await;

        cluster.route_to(Some(1));
        let (listening, mut incoming, _) =
            connect(&cluster.url(), &bellows.identity).await.unwrap();
        listening.follow(room, 0).await.unwrap();
        if !with_broker {
            cluster.nats.stop();
        }
        let removed = Wish::Remove(vec![bellows.identity.device()]);
        let removal = anvil.engine.commit(room, removed).await.unwrap();
        for text in ["one", "two", "three"] {
            anvil.engine.say(room, say(text)).await.unwrap();
        }
        let mut last = 0;
        let code = loop {
            match incoming.recv().await.unwrap() {
                Incoming::Delivery(delivery) => last = last.max(delivery.seq),
                Incoming::Unfollowed(_, code) => break code,
                _ => {}
            }
        };
        assert_eq!((last, code), (removal, ErrorCode::NoSeat), "{with_broker}");
        let again = listening.follow(room, 0).await.unwrap_err();
        assert_eq!(again.code(), Some(ErrorCode::NoSeat));
        let state = listening.group_info(room).await.unwrap_err();
        assert_eq!(state.code(), Some(ErrorCode::NoSeat));
    }
}

/// A hub at which nobody listens to a room asks the database who sits there.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_at_one_hub_gets_no_photo_at_another() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
    cluster.route_to(Some(0));
    let cast = Cast::new(folder.path(), &cluster.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    bellows.engine.stop().await;
    cluster.route_to(Some(1));
    let (asking, _incoming, _) = connect(&cluster.url(), &bellows.identity).await.unwrap();
    let photo = BlobId::from_bytes([1; 16]);
    let before = asking.blob(room, photo).await;
    assert_eq!(
        before.unwrap(),
        0,
        "it sits, and there is no such photo yet"
    );
    let removed = Wish::Remove(vec![bellows.identity.device()]);
    anvil.engine.commit(room, removed).await.unwrap();
    let after = asking.blob(room, photo).await.unwrap_err();
    assert_eq!(after.code(), Some(ErrorCode::NoSeat));
}

/// The list is brought to one hub, the device is on the other; it is out there too, and the list is
/// in the room's order once.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_at_one_hub_is_out_at_all() {
    if is_skipped() {
        return;
    }
    for with_broker in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
        let cast = Cast::new(folder.path(), &cluster.url(), &["JO", "AE"]).await;
        cluster.route_to(Some(0));
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        cluster.route_to(Some(1));
        let chisel = cast.member("AE", "Chisel", Role::Field).await;
        let drill = cast.member("JO", "Drill", Role::Field).await;
        let room = cast.open_room(&anvil, &[&chisel, &drill], CLASSIC).await;
        let revoked = chisel.identity.device();
        chisel.engine.stop().await;
        let (_listening, mut incoming, _) =
            connect(&cluster.url(), &chisel.identity).await.unwrap();
        if !with_broker {
            cluster.nats.stop();
        }

        cluster.route_to(Some(0));
        let desk = cast.desk("AE");
        desk.revoke(&[revoked], now_ms()).unwrap();
        desk.publish_revocations(&cluster.url()).await.unwrap();
        // Its connection to the other hub ends.
        while incoming.recv().await.is_some() {}
        for only in [0, 1] {
            cluster.route_to(Some(only));
            let refused = connect(&cluster.url(), &chisel.identity).await;
            assert!(
                matches!(refused, Err(ConnectError::Refused(ErrorCode::Revoked))),
                "hub {only}, {with_broker}"
            );
        }
        for member in [&anvil, &drill] {
            let gone = move |s: &Session| s.roster().seat(revoked).is_none();
            member.engine.until(room, gone).await.unwrap();
        }
        anvil.engine.say(room, say("without it")).await.unwrap();
        let place = drill.engine.until(room, |s| {
            said(s).iter().any(|(_, text)| text == "without it")
        });
        place.await.unwrap();
    }
}

const SOON_MS: u64 = 1_000;

/// Of three times on a machine that does other things too, the middle one.
fn middle(mut times: Vec<u64>) -> u64 {
    assert_eq!(times.len(), 3);
    times.sort();
    times[1]
}

/// Removal and revocation act on the other hub within a second of their acknowledgement, whether
/// the hubs hear of one another or not.
#[tokio::test(flavor = "multi_thread")]
async fn removal_and_revocation_act_on_all_hubs_within_a_second() {
    if is_skipped() {
        return;
    }
    for with_broker in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
        cluster.route_to(Some(0));
        let cast = Cast::new(folder.path(), &cluster.url(), &["JO", "AE"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let mut members = Vec::new();
        for number in 0..6 {
            let callsign = format!("Field{number}");
            members.push(cast.member("AE", &callsign, Role::Field).await);
        }
        let others: Vec<_> = members.iter().collect();
        let room = cast.open_room(&anvil, &others, CLASSIC).await;
        cluster.route_to(Some(1));
        let mut listening = Vec::new();
        for member in &members {
            member.engine.stop().await;
            let (connection, mut incoming, _) =
                connect(&cluster.url(), &member.identity).await.unwrap();
            connection.follow(room, 0).await.unwrap();
            while !matches!(incoming.recv().await.unwrap(), Incoming::CaughtUp(..)) {}
            listening.push((member.identity.device(), connection, incoming));
        }
        cluster.route_to(Some(0));
        if !with_broker {
            cluster.nats.stop();
        }
        let mut removals = Vec::new();
        let mut revocations = Vec::new();
        for (number, (device, _connection, mut incoming)) in listening.into_iter().enumerate() {
            if number % 2 == 0 {
                let removed = Wish::Remove(vec![device]);
                anvil.engine.commit(room, removed).await.unwrap();
                let start = now_ms();
                while !matches!(incoming.recv().await.unwrap(), Incoming::Unfollowed(..)) {}
                removals.push(now_ms() - start);
            } else {
                let desk = cast.desk("AE");
                desk.revoke(&[device], now_ms()).unwrap();
                desk.publish_revocations(&cluster.url()).await.unwrap();
                let start = now_ms();
                while incoming.recv().await.is_some() {}
                revocations.push(now_ms() - start);
            }
        }
        assert!(middle(removals) < SOON_MS, "{with_broker}");
        assert!(middle(revocations) < SOON_MS, "{with_broker}");
    }
}
