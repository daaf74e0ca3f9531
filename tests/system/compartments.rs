//! Compartments with a real hub: what those outside learn, and that who is out of the room is out.

use std::path::Path;

use entente_client::connection::{Incoming, connect};
use entente_client::engine::{EngineError, EngineEvent, Wish};
use entente_protocol::{BlobId, ErrorCode, RoomId};
use entente_room::{Event, Notice, Session, SessionError, TargetChange, TargetId, TargetKind};
use entente_tests::{Cast, HubProcess, Member, say, within};
use entente_trust::{PolicyRefusal, Role};

use crate::{CLASSIC, POST_QUANTUM, said};

const WORDS: &str = "words-of-a-compartment-61f0";
const NAME: &str = "a-ship-of-which-nobody-knows-27bd";

/// A room of three countries with a compartment of two: Anvil opened it, Brass speaks for the second, Drill is its officer,
/// Copper sits outside.
struct Scene {
    hub: HubProcess,
    cast: Cast,
    anvil: Member,
    brass: Member,
    copper: Member,
    drill: Member,
    room: RoomId,
    inner: RoomId,
}

fn countries(codes: &[&str]) -> Vec<entente_trust::Country> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

async fn admit(by: &Member, inner: RoomId, who: &Member) {
    let wish = Wish::Admit(vec![who.identity.device()]);
    within(by.engine.commit(inner, wish)).await.unwrap();
    let ready = who.engine.until(inner, Session::is_board_ready);
    within(ready).await.unwrap();
}

async fn scene(folder: &Path, suite: u16) -> Scene {
    let hub = HubProcess::start(&folder.join("hub"), &[]);
    let cast = Cast::new(folder, &hub.url(), &["JO", "AE", "CI"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let brass = cast.member("AE", "Brass", Role::Liaison).await;
    let copper = cast.member("CI", "Copper", Role::Liaison).await;
    let drill = cast.member("AE", "Drill", Role::Field).await;
    let room = cast
        .open_room(&anvil, &[&brass, &copper, &drill], suite)
        .await;
    let opening = anvil
        .engine
        .open_compartment(room, countries(&["JO", "AE"]));
    let inner = within(opening).await.unwrap();
    admit(&anvil, inner, &brass).await;
    admit(&brass, inner, &drill).await;
    Scene {
        hub,
        cast,
        anvil,
        brass,
        copper,
        drill,
        room,
        inner,
    }
}

fn ship() -> Event {
    Event::Target(TargetChange {
        kind: Some(TargetKind::Vessel),
        name: Some(NAME.to_owned()),
        ..TargetChange::of(TargetId::from_bytes([1; 16]))
    })
}

/// How many targets and hidden compartments a device sees of a room as one.
async fn sees(member: &Member, room: RoomId) -> (usize, usize) {
    let look = |boards: entente_room::Boards<'_>| (boards.targets().count(), boards.unseen());
    member.engine.boards(room, look).await.unwrap()
}

async fn heard(member: &Member, room: RoomId, text: &str) {
    let text = text.to_owned();
    let heard = move |s: &Session| said(s).iter().any(|(_, it)| *it == text);
    within(member.engine.until(room, heard)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_in_a_compartment_is_a_count_to_the_others() {
    for suite in [CLASSIC, POST_QUANTUM] {
        let folder = tempfile::tempdir().unwrap();
        let s = scene(folder.path(), suite).await;
        within(s.drill.engine.say(s.inner, ship())).await.unwrap();
        within(s.brass.engine.say(s.inner, say(WORDS)))
            .await
            .unwrap();
        for member in [&s.anvil, &s.brass, &s.drill] {
            heard(member, s.inner, WORDS).await;
            assert_eq!(sees(member, s.room).await, (1, 0));
        }
        within(s.anvil.engine.say(s.room, say("for all")))
            .await
            .unwrap();
        heard(&s.copper, s.room, "for all").await;
        assert_eq!(sees(&s.copper, s.room).await, (0, 1));
        let digests = [&s.anvil, &s.brass, &s.drill].map(|member| {
            member
                .engine
                .view(s.inner, |session| session.board().digest())
        });
        let [anvil, brass, drill] = digests;
        let anvil = anvil.await.unwrap();
        assert_eq!((brass.await.unwrap(), drill.await.unwrap()), (anvil, anvil));

        // The hub tells whoever asks from outside that there is nothing.
        s.copper.engine.stop().await;
        let (asking, _incoming, _) = connect(&s.hub.url(), &s.copper.identity).await.unwrap();
        let no_seat = Some(ErrorCode::NoSeat);
        assert_eq!(asking.follow(s.inner, 0).await.unwrap_err().code(), no_seat);
        assert_eq!(
            asking.group_info(s.inner).await.unwrap_err().code(),
            no_seat
        );
        assert_eq!(asking.audit(s.inner, 0).await.unwrap_err().code(), no_seat);
        let photo = BlobId::from_bytes([1; 16]);
        assert_eq!(
            asking.blob(s.inner, photo).await.unwrap_err().code(),
            no_seat
        );
        let join = s
            .copper
            .identity
            .ask_to_join(s.inner, entente_client::now_ms());
        assert_eq!(asking.ask_to_join(join).await.unwrap_err().code(), no_seat);
        let rooms = asking.rooms().await.unwrap();
        let rooms: Vec<_> = rooms.iter().map(|it| (it.room, it.parent)).collect();
        assert_eq!(rooms, [(s.room, None)]);
        s.drill.engine.stop().await;
        let (asking, _incoming, _) = connect(&s.hub.url(), &s.drill.identity).await.unwrap();
        let rooms = asking.rooms().await.unwrap();
        assert!(
            rooms
                .iter()
                .any(|it| (it.room, it.parent) == (s.inner, Some(s.room)))
        );

        // Nor does it know a word itself.
        for entry in walk(&folder.path().join("hub")) {
            let bytes = std::fs::read(&entry).unwrap();
            for secret in [WORDS, NAME] {
                let found = bytes
                    .windows(secret.len())
                    .any(|it| it == secret.as_bytes());
                assert!(!found, "{secret} in {}", entry.display());
            }
        }
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_opens_or_enters_who_may_not() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    let before = sees(&s.copper, s.room).await;
    let policy = |result: Result<RoomId, EngineError>| match result {
        Err(EngineError::Session(SessionError::Policy(refusal))) => refusal,
        other => panic!("{other:?}"),
    };
    let ci = "CI".parse().unwrap();
    let opening = s
        .copper
        .engine
        .open_compartment(s.room, countries(&["JO", "AE"]));
    assert_eq!(policy(opening.await), PolicyRefusal::CountryNotNamed(ci));
    let opening = s
        .drill
        .engine
        .open_compartment(s.room, countries(&["JO", "AE"]));
    assert_eq!(
        policy(opening.await),
        PolicyRefusal::MayNotAdmit(Role::Field)
    );
    let opening = s
        .anvil
        .engine
        .open_compartment(s.room, countries(&["JO", "FR"]));
    let fr = "FR".parse().unwrap();
    assert_eq!(policy(opening.await), PolicyRefusal::CountryNotNamed(fr));
    let wish = Wish::Admit(vec![s.copper.identity.device()]);
    let refused = within(s.anvil.engine.commit(s.inner, wish)).await;
    assert!(matches!(
        refused,
        Err(EngineError::Session(SessionError::Policy(
            PolicyRefusal::CountryNotNamed(_)
        )))
    ));
    // Whoever is not in the room is not in its compartments.
    let ember = s.cast.member("AE", "Ember", Role::Field).await;
    let wish = Wish::Admit(vec![ember.identity.device()]);
    let refused = within(s.brass.engine.commit(s.inner, wish)).await;
    assert!(matches!(
        refused,
        Err(EngineError::Session(SessionError::Policy(
            PolicyRefusal::NotInRoom
        )))
    ));
    let seats = s.brass.engine.view(s.inner, |it| it.roster().len());
    assert_eq!(seats.await.unwrap(), 3);
    assert_eq!(sees(&s.copper, s.room).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_the_room_is_out_of_its_compartments_in_the_same_step() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    s.drill.engine.stop().await;
    // Not an engine, which would stop by itself: a device that goes on listening.
    let (listening, mut incoming, _) = connect(&s.hub.url(), &s.drill.identity).await.unwrap();
    listening.follow(s.room, 0).await.unwrap();
    listening.follow(s.inner, 0).await.unwrap();
    let head = s.brass.engine.view(s.inner, Session::cursor).await.unwrap();

    let removed = Wish::Remove(vec![s.drill.identity.device()]);
    within(s.anvil.engine.commit(s.room, removed))
        .await
        .unwrap();
    // By the time at which the removal is acknowledged it is out of both.
    let no_seat = Some(ErrorCode::NoSeat);
    assert_eq!(
        listening.follow(s.inner, 0).await.unwrap_err().code(),
        no_seat
    );
    assert_eq!(
        listening.follow(s.room, 0).await.unwrap_err().code(),
        no_seat
    );
    assert_eq!(
        listening.group_info(s.inner).await.unwrap_err().code(),
        no_seat
    );
    assert!(listening.rooms().await.unwrap().is_empty());
    let mut ends = Vec::new();
    let mut last = 0;
    while let Ok(next) = incoming.try_recv() {
        match next {
            Incoming::Delivery(delivery) if delivery.room == s.inner => last = delivery.seq,
            Incoming::Unfollowed(room, code) => ends.push((room, code)),
            _ => {}
        }
    }
    ends.sort_unstable_by_key(|(room, _)| *room);
    let mut both = vec![(s.room, ErrorCode::NoSeat), (s.inner, ErrorCode::NoSeat)];
    both.sort_unstable_by_key(|(room, _)| *room);
    assert_eq!((ends, last), (both, head));

    // Its seat is taken by itself, and only then something is said.
    let drill = s.drill.identity.device();
    within(s.brass.engine.say(s.inner, say("among us")))
        .await
        .unwrap();
    let sits = s
        .brass
        .engine
        .view(s.inner, move |it| it.roster().seat(drill).is_some());
    assert!(!sits.await.unwrap());
    heard(&s.anvil, s.inner, "among us").await;
    assert!(!matches!(incoming.try_recv(), Ok(Incoming::Delivery(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_out_of_compartments_too() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    let drill = s.drill.identity.device();
    let desk = s.cast.desk("AE");
    desk.revoke(&[drill], entente_client::now_ms()).unwrap();
    desk.publish_revocations(&s.hub.url()).await.unwrap();
    for (member, room) in [(&s.brass, s.room), (&s.brass, s.inner), (&s.anvil, s.inner)] {
        let out = member
            .engine
            .until(room, move |it| it.roster().seat(drill).is_none());
        within(out).await.unwrap();
    }
    within(s.anvil.engine.say(s.inner, say("after")))
        .await
        .unwrap();
    heard(&s.brass, s.inner, "after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_after_restarts_and_ends_with_the_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut s = scene(folder.path(), CLASSIC).await;
    s.brass.engine.stop().await;
    within(s.anvil.engine.say(s.inner, say("while away")))
        .await
        .unwrap();
    s.hub.kill();
    s.hub.restart();
    let brass = s.cast.wake(&s.brass.dir).await;
    let heard = |it: &Session| said(it).iter().any(|(_, text)| text == "while away");
    within(brass.until(s.inner, heard)).await.unwrap();
    within(brass.say(s.inner, say("back"))).await.unwrap();

    let mut events = s.drill.engine.events();
    let end_ms = entente_client::now_ms();
    let close = entente_room::CharterChange::close_at(end_ms);
    let close = Wish::Amend(Box::new(close));
    within(s.anvil.engine.commit(s.room, close)).await.unwrap();
    for room in [s.room, s.inner] {
        let over = s.drill.engine.until(room, |it| it.ended().is_some());
        within(over).await.unwrap();
    }
    let alarms = core::iter::from_fn(|| events.try_recv().ok()).filter(|event| {
        matches!(
            event,
            EngineEvent::Room {
                notice: Notice::Security { .. },
                ..
            }
        )
    });
    assert_eq!(alarms.collect::<Vec<_>>(), []);
    let (asking, _incoming, _) = connect(&s.hub.url(), &s.copper.identity).await.unwrap();
    let outside = asking.follow(s.inner, 0).await.unwrap_err();
    assert_eq!(outside.code(), Some(ErrorCode::NoSeat));
}
