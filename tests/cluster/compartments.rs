//! Compartments where several hubs serve: the room at one, the compartment at another.

use entente_client::connection::{Incoming, connect};
use entente_client::engine::Wish;
use entente_protocol::ErrorCode;
use entente_room::Session;
use entente_services::{Durability, is_skipped};
use entente_tests::{Cast, Cluster, within};
use entente_trust::Role;

use crate::{CLASSIC, say};

/// Removed from the room at one hub, a device that listens to a compartment at another hears no more there; the word
/// between the hubs comes through, or does not.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_from_the_room_at_one_hub_hears_no_more_of_its_compartments_at_another() {
    if is_skipped() {
        return;
    }
    for with_broker in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Cluster::start(folder.path(), 2, Durability::Off).await;
        cluster.route_to(Some(0));
        let cast = Cast::new(folder.path(), &cluster.url(), &["JO", "AE"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        cluster.route_to(Some(1));
        let brass = cast.member("AE", "Brass", Role::Liaison).await;
        let drill = cast.member("AE", "Drill", Role::Field).await;
        let room = cast.open_room(&anvil, &[&brass, &drill], CLASSIC).await;
        let both = ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec();
        let inner = within(anvil.engine.open_compartment(room, both))
            .await
            .unwrap();
        for (by, who) in [(&anvil, &brass), (&brass, &drill)] {
            let wish = Wish::Admit(vec![who.identity.device()]);
            within(by.engine.commit(inner, wish)).await.unwrap();
            within(who.engine.until(inner, Session::is_board_ready))
                .await
                .unwrap();
        }
        within(brass.engine.say(inner, say("from the other hub")))
            .await
            .unwrap();
        drill.engine.stop().await;
        let (listening, mut incoming, _) = connect(&cluster.url(), &drill.identity).await.unwrap();
        listening.follow(inner, 0).await.unwrap();
        if !with_broker {
            cluster.nats.stop();
        }
        let removed = Wish::Remove(vec![drill.identity.device()]);
        within(anvil.engine.commit(room, removed)).await.unwrap();
        // Whichever hub it is said at, it is said when that seat is taken.
        within(anvil.engine.say(inner, say("among us")))
            .await
            .unwrap();
        let until = anvil.engine.view(inner, Session::cursor).await.unwrap();
        let mut last = 0;
        let code = loop {
            match within(incoming.recv()).await.unwrap() {
                Incoming::Delivery(delivery) if delivery.room == inner => last = delivery.seq,
                Incoming::Unfollowed(ended, code) if ended == inner => break code,
                _ => {}
            }
        };
        assert_eq!(code, ErrorCode::NoSeat, "{with_broker}");
        assert!(last + 1 < until, "{with_broker}: {last} {until}");
        let again = listening.follow(inner, 0).await.unwrap_err();
        assert_eq!(again.code(), Some(ErrorCode::NoSeat));
    }
}
