//! Compartments with a real hub: what those outside learn, and that who is out of the room is out.

use std::path::Path;
use std::process::Command;

use entente_client::connection::{Incoming, connect};
use entente_client::engine::{EngineError, EngineEvent, Wish};
use entente_protocol::{BlobId, ErrorCode, RoomId};
use entente_room::{Event, Notice, Session, SessionError, TargetChange, TargetId, TargetKind};
use entente_tests::{Cast, HubProcess, Member, program, say, within};
use entente_trust::{PolicyRefusal, Role};
use serde_json::Value;

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
async fn who_wants_to_leave_is_let_go_and_stays_in_the_room() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    s.drill.engine.stop().await;
    let inner = s.inner.to_string();
    let leave = ["compartment", "leave", "--compartment", inner.as_str()];
    // Without a word said by anybody.
    let left = entente(&s.drill, &leave).unwrap();
    assert_eq!(left[0]["left"], true);
    let drill = s.drill.identity.device();
    for (room, sits) in [(s.inner, false), (s.room, true)] {
        let seat = move |it: &Session| it.roster().seat(drill).is_some();
        assert_eq!(s.brass.engine.view(room, seat).await.unwrap(), sits);
    }
    within(s.anvil.engine.say(s.inner, say(WORDS)))
        .await
        .unwrap();
    heard(&s.brass, s.inner, WORDS).await;
    let list = entente(&s.drill, &["compartment", "list"]).unwrap();
    assert_eq!((list.len(), &list[0]["unseen"]), (1, &Value::from(1)));
    assert!(entente(&s.drill, &leave).is_err());
    entente(&s.drill, &["say", "still in the room"]).unwrap();
    heard(&s.copper, s.room, "still in the room").await;
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

/// A command of one device, as a process of its own: its JSON lines, or the code of its failure.
fn entente(member: &Member, args: &[&str]) -> Result<Vec<Value>, String> {
    let output = Command::new(program("entente"))
        .args(args)
        .arg("--json")
        .arg("--dir")
        .arg(&member.dir)
        .env("ENTENTE_PASSPHRASE", "only for tests")
        .env("ENTENTE_LANG", "en")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<Value> = lines.map(|line| line.expect(&errors)).collect();
    if output.status.success() {
        return Ok(lines);
    }
    let last = lines.last().expect(&errors);
    Err(last["error"]["code"].as_str().unwrap().to_owned())
}

fn made(lines: &[Value], what: &str) -> String {
    lines[0][what].as_str().unwrap().to_owned()
}

/// Names of the targets that a device sees of a room as one, and the countries of those in compartments.
fn shown(member: &Member) -> Vec<(String, Option<Vec<String>>)> {
    let lines = entente(member, &["target", "list"]).unwrap();
    let shown = lines.iter().map(|line| {
        let name = line["fields"]["name"]["value"].as_str().unwrap();
        let marks = line["countries"].as_array();
        let marks = marks.map(|all| all.iter().map(|it| it.as_str().unwrap().to_owned()));
        (name.to_owned(), marks.map(Iterator::collect))
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort();
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_goes_into_the_room_by_agreement_alone() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    for member in [&s.anvil, &s.brass, &s.copper, &s.drill] {
        member.engine.stop().await;
    }
    let inner = s.inner.to_string();
    let at = ["--compartment", inner.as_str()];
    let add = [
        "target",
        "add",
        "--kind",
        "vehicle",
        "--name",
        "Two lorries",
    ];
    let plate = ["--identifier", "plate:JO 14-83921"];
    let target = entente(&s.drill, &[&add[..], &plate, &at].concat()).unwrap();
    let target = made(&target, "target");
    let step = |member: &Member, name: &str, more: &[&str]| {
        let step = ["compartment", name, target.as_str()];
        entente(member, &[&step[..], &at, more].concat())
    };
    let refused = |code: &str| Err(code.to_owned());
    // Nobody has asked, then nobody has agreed.
    assert_eq!(step(&s.brass, "agree", &[]), refused("unknown"));
    let wanted = step(&s.anvil, "promote", &[]).unwrap();
    assert_eq!(wanted[0]["agreed"], false);
    assert_eq!(step(&s.anvil, "say", &[]), refused("not_agreed"));
    assert_eq!(step(&s.anvil, "agree", &[]), refused("not_asked"));
    assert_eq!(step(&s.drill, "agree", &[]), refused("role"));
    assert_eq!(shown(&s.copper), []);
    // What waits can be seen, with all that would be said.
    let list = entente(&s.brass, &["compartment", "list"]).unwrap();
    let waits = &list[0]["promotions"][0];
    assert_eq!(waits["step"], "wanted");
    assert_eq!(waits["digest"], wanted[0]["digest"]);
    assert_eq!(waits["say"]["name"], "Two lorries");
    // Somebody asks for something else of the same target: it must be said which is meant.
    let rename = ["target", "set", target.as_str(), "--name", "One lorry"];
    entente(&s.drill, &[&rename[..], &at].concat()).unwrap();
    step(&s.anvil, "promote", &[]).unwrap();
    assert_eq!(step(&s.brass, "agree", &[]), refused("usage"));
    let digest = wanted[0]["digest"].as_str().unwrap();
    let agreed = step(&s.brass, "agree", &["--digest", digest]).unwrap();
    assert_eq!(agreed[0]["say"]["name"], "Two lorries");
    let said = step(&s.anvil, "say", &[]).unwrap();
    assert_eq!(step(&s.brass, "say", &[]), refused("taken"));

    let room_knows = [("Two lorries".to_owned(), None)];
    assert_eq!(shown(&s.copper), room_knows);
    let list = entente(&s.copper, &["target", "list"]).unwrap();
    assert_eq!(list[0]["target"], said[0]["target"]);
    assert_eq!(list[0]["fields"]["owner"]["value"], "AE");
    let digest_of = |bytes: &Value| {
        let bytes = bytes.as_array().unwrap().iter();
        let bytes: Vec<u8> = bytes.map(|it| it.as_u64().unwrap() as u8).collect();
        data_encoding::HEXLOWER.encode(&bytes)
    };
    assert_eq!(digest_of(&list[0]["fields"]["promoted"]), digest);
    // Inside there are both: what was there before stays where it was said.
    let marked = vec!["AE".to_owned(), "JO".to_owned()];
    let inside = ("One lorry".to_owned(), Some(marked));
    let both = [inside, room_knows[0].clone()];
    assert_eq!(shown(&s.drill), both);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_is_raised_where_its_target_is() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    let lookout = s.cast.member("AE", "Lookout", Role::Agent).await;
    let outlook = s.cast.member("CI", "Outlook", Role::Agent).await;
    let agents = [&lookout, &outlook].map(|it| it.identity.device());
    let wish = Wish::Admit(agents.to_vec());
    within(s.anvil.engine.commit(s.room, wish)).await.unwrap();
    for agent in [&lookout, &outlook] {
        let ready = agent.engine.until(s.room, Session::is_board_ready);
        within(ready).await.unwrap();
    }
    let device = lookout.identity.device();
    let sits = move |it: &Session| it.roster().seat(device).is_some();
    within(s.brass.engine.until(s.room, sits)).await.unwrap();
    admit(&s.brass, s.inner, &lookout).await;
    for member in [&s.brass, &s.copper, &s.drill, &lookout, &outlook] {
        member.engine.stop().await;
    }
    let inner = s.inner.to_string();
    let at = ["--compartment", inner.as_str()];
    let add = |name, plate| {
        let add = ["target", "add", "--kind", "vehicle", "--name", name];
        [&add[..], &["--identifier", plate]].concat()
    };
    let open = entente(&s.copper, &add("Open", "plate:JO 11-11111")).unwrap();
    let hidden = add("Hidden", "plate:JO 22-22222");
    let hidden = entente(&s.drill, &[&hidden[..], &at].concat()).unwrap();
    let (open, hidden) = (made(&open, "target"), made(&hidden, "target"));

    // Two cameras see the same; one agent sits in the compartment and the other does not.
    let file = folder.path().join("seen.jsonl");
    let lines = [
        "{\"plate\":\"11-11111\",\"country\":\"JO\"}",
        "{\"plate\":\"22-22222\",\"country\":\"JO\"}",
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let feed = [
        "agent",
        "feed",
        "--format",
        "anpr-jsonl",
        "--once",
        "--from",
    ];
    let feed = [&feed[..], &[file.to_str().unwrap()]].concat();
    let matched = |agent: &Member| {
        let lines = entente(agent, &feed).unwrap();
        lines.last().unwrap()["counts"]["matched"].clone()
    };
    assert_eq!(matched(&outlook), 1);
    assert_eq!(matched(&lookout), 2);
    // An officer needs not know where it belongs either.
    let raise = ["hit", "raise", "--identifier", "plate:JO 22-22222"];
    entente(&s.drill, &raise).unwrap();

    let seen = |session: &Session| {
        let hits = session.board().hits();
        let hits = hits.map(|(_, hit)| (hit.target.map(|it| it.to_string()), hit.count));
        hits.collect::<Vec<_>>()
    };
    let twice = |session: &Session| {
        let counts = session.board().hits().map(|(_, hit)| hit.count);
        counts.sum::<u32>() == 2
    };
    for (room, target) in [(s.room, &open), (s.inner, &hidden)] {
        within(s.anvil.engine.until(room, twice)).await.unwrap();
        let seen = s.anvil.engine.view(room, seen).await.unwrap();
        assert_eq!(seen, [(Some(target.clone()), 2)]);
    }
    // Not a word of the other one in the room.
    let words = |session: &Session| {
        let events = session.record();
        let texts = events.map(|(.., event)| serde_json::to_string(&event).unwrap());
        texts.filter(|it| it.contains("2222222")).count()
    };
    assert_eq!(s.anvil.engine.view(s.room, words).await.unwrap(), 0);
    let hits = entente(&s.drill, &["hit", "list"]).unwrap();
    let marks: Vec<_> = hits.iter().map(|it| it["compartment"].as_str()).collect();
    assert_eq!(marks, [None, Some(inner.as_str())]);
    assert_eq!(entente(&s.copper, &["hit", "list"]).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_a_compartment_may_name_the_room_and_not_the_other_way() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path(), CLASSIC).await;
    for member in [&s.brass, &s.copper, &s.drill] {
        member.engine.stop().await;
    }
    let inner = s.inner.to_string();
    let at = ["--compartment", inner.as_str()];
    let add = ["target", "add", "--kind", "vehicle", "--name"];
    let open = entente(&s.copper, &[&add[..], &["Open"]].concat()).unwrap();
    let hidden = [&add[..], &["Hidden"], &at].concat();
    let hidden = made(&entente(&s.drill, &hidden).unwrap(), "target");
    let open = made(&open, "target");
    let link = |from: &str, to: &str, more: &[&str]| {
        let link = format!("{to}=follows");
        let set = ["target", "set", from, "--link", link.as_str()];
        entente(&s.drill, &[&set[..], more].concat())
    };
    link(&hidden, &open, &at).unwrap();
    let nowhere = TargetId::from_bytes([7; 16]).to_string();
    let unknown = Err("unknown_target".to_owned());
    assert_eq!(link(&hidden, &nowhere, &at), unknown);
    let head = s.anvil.engine.view(s.room, Session::cursor).await.unwrap();
    // Refused by the device itself: the room would have read it.
    let inside = Err("in_compartment".to_owned());
    assert_eq!(link(&open, &hidden, &[]), inside);
    let seen = ["target", "seen", hidden.as_str(), "--note", "at the gate"];
    assert_eq!(entente(&s.drill, &seen), inside);
    let text = entente(&s.drill, &["say", "that was all"]).unwrap();
    assert_eq!(text[0]["seq"], head + 1);
    // In the compartment a hit may be on a target of the room.
    let raise = [
        "target",
        "set",
        open.as_str(),
        "--identifier",
        "plate:JO 11-11111",
    ];
    entente(&s.copper, &raise).unwrap();
    let raise = ["hit", "raise", "--identifier", "plate:JO 11-11111"];
    entente(&s.drill, &[&raise[..], &at].concat()).unwrap();
    let there = within(
        s.anvil
            .engine
            .until(s.inner, |it| it.board().hits().count() == 1),
    );
    there.await.unwrap();
    let hits = |session: &Session| {
        let hits = session.board().hits();
        hits.map(|(_, hit)| hit.target.map(|it| it.to_string()))
            .collect::<Vec<_>>()
    };
    let found = s.anvil.engine.view(s.inner, hits).await.unwrap();
    assert_eq!(found, [Some(open)]);
    assert_eq!(s.anvil.engine.view(s.room, hits).await.unwrap(), []);
}
