//! What the hub still gives to a device whose seat was taken.

use entente_client::connection::{Incoming, connect};
use entente_client::engine::Wish;
use entente_protocol::ErrorCode;
use entente_room::{Ended, Session};
use entente_tests::{Cast, HubProcess, say, within};
use entente_trust::Role;

use crate::CLASSIC;

/// It gets the commit that removes it, so that it knows, and not one message more.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_gets_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    bellows.engine.stop().await;

    // Not an engine, which would stop by itself: a device that goes on listening.
    let (listening, mut incoming, _) = connect(&hub.url(), &bellows.identity).await.unwrap();
    listening.follow(room, 0).await.unwrap();
    let removed = Wish::Remove(vec![bellows.identity.device()]);
    let removal = anvil.engine.commit(room, removed).await.unwrap();
    for text in ["one", "two", "three"] {
        within(anvil.engine.say(room, say(text))).await.unwrap();
    }
    assert!(anvil.engine.view(room, Session::cursor).await.unwrap() > removal);

    let again = listening.follow(room, 0).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::NoSeat));
    let state = listening.group_info(room).await.unwrap_err();
    assert_eq!(state.code(), Some(ErrorCode::NoSeat));
    // The answers came after whatever the hub had sent before.
    let mut last = 0;
    let mut end = None;
    while let Ok(next) = incoming.try_recv() {
        match next {
            Incoming::Delivery(delivery) => last = last.max(delivery.seq),
            Incoming::Unfollowed(_, code) => end = Some(code),
            _ => {}
        }
    }
    assert_eq!((last, end), (removal, Some(ErrorCode::NoSeat)));
}

/// In a new seat messages are counted anew. A number that was used in the earlier one, and passed over in this, is not taken
/// for what was said under it then: its sender would believe that it was heard.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_an_earlier_seat_is_not_taken_for_one_of_this() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    for text in ["one", "two", "three", "four"] {
        within(bellows.engine.say(room, say(text))).await.unwrap();
    }
    let device = bellows.identity.device();
    let wish = |wish| within(anvil.engine.commit(room, wish));
    wish(Wish::Remove(vec![device])).await.unwrap();
    let is_out = |session: &Session| session.ended().is_some();
    within(bellows.engine.until(room, is_out)).await.unwrap();
    wish(Wish::Admit(vec![device])).await.unwrap();
    let is_in = |session: &Session| session.is_board_ready();
    within(bellows.engine.until(room, is_in)).await.unwrap();

    let seal = |text: &'static str| {
        bellows.engine.change(room, move |session, now_ms| {
            session.enqueue(&say(text))?;
            Ok(session.outgoing(1, now_ms)?.remove(0))
        })
    };
    let skipped = seal("skipped").await.unwrap();
    let next = seal("next").await.unwrap();
    assert!(skipped.number <= 4, "it was used in the earlier seat");
    let connection = bellows.engine.connection().await.unwrap().unwrap();
    let sent = connection.send(next).await;
    within(sent).await.unwrap();
    let sent = connection.send(skipped).await;
    let refused = within(sent).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NumberUsed));
}

/// Somebody who wants to leave is let go although nobody has anything to say, and although the hub is away when it is
/// wished.
#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_leave_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    bellows.engine.disconnect().await.unwrap();
    bellows.engine.leave(room).await.unwrap();
    let is_out = |session: &Session| matches!(session.ended(), Some(Ended::Removed { .. }));
    within(bellows.engine.until(room, is_out)).await.unwrap();
    let device = bellows.identity.device();
    let is_gone = move |session: &Session| session.roster().seat(device).is_none();
    within(anvil.engine.until(room, is_gone)).await.unwrap();
    within(anvil.engine.say(room, say("on we go")))
        .await
        .unwrap();
}
