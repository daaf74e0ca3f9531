//! Asking to be let into a room.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use entente_client::connection::{RequestError, connect};
use entente_client::engine::{Engine, EngineError, Wish};
use entente_client::now_ms;
use entente_protocol::{DeviceId, ErrorCode, RoomId, limits};
use entente_room::Session;
use entente_tests::{Cast, HubProcess, Member, Snapshot, within};
use entente_trust::{CharterAuthority, Role};

use crate::CLASSIC;
use crate::commands::Shell;

/// A room of Jordan and the Emirates; Côte d'Ivoire is known to the hub and has no part in it.
struct Scene {
    hub: HubProcess,
    cast: Cast,
    anvil: Member,
    bellows: Member,
    chisel: Member,
    room: RoomId,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &[]);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE", "CI"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let bellows = cast.member("AE", "Bellows", Role::Liaison).await;
        let chisel = cast.member("JO", "Chisel", Role::Field).await;
        let is_partner = |it: &CharterAuthority| it.country.to_string() != "CI";
        let authorities = cast.authorities().into_iter().filter(is_partner).collect();
        let spec = entente_tests::room_spec(authorities, CLASSIC);
        let room = anvil.engine.open_room(spec).await.unwrap();
        let others = vec![bellows.identity.device(), chisel.identity.device()];
        let admit = Wish::Admit(others);
        anvil.engine.commit(room, admit).await.unwrap();
        for member in [&bellows, &chisel] {
            let ready = member.engine.until(room, Session::is_board_ready);
            within(ready).await.unwrap();
        }
        Self {
            hub,
            cast,
            anvil,
            bellows,
            chisel,
            room,
            _folder: folder,
        }
    }

    /// Waits until a member is shown that a device asks.
    async fn sees(&self, member: &Member, asker: DeviceId) {
        within(async {
            while asking(&member.engine, self.room).await != [asker] {
                tokio::time::sleep(core::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    }
}

async fn asking(engine: &Engine, room: RoomId) -> Vec<DeviceId> {
    let now_ms = now_ms();
    let look = move |session: &Session| {
        let askers = session.askers(now_ms);
        askers.map(|it| it.accreditation.device()).collect()
    };
    engine.view(room, look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_may_admit_see_who_asks_and_let_it_in() {
    let scene = Scene::set().await;
    let room = scene.room;
    let drill = scene.cast.member("AE", "Drill", Role::Field).await;
    let asker = drill.identity.device();
    // Two taps are one request, and both are answered.
    let (one, other) = (
        drill.engine.ask_to_join(room),
        drill.engine.ask_to_join(room),
    );
    let (one, other) = within(async { tokio::join!(one, other) }).await;
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    within(drill.engine.ask_to_join(room)).await.unwrap();
    assert_eq!(drill.engine.asked().await.unwrap()[0].0, room);
    scene.sees(&scene.anvil, asker).await;
    scene.sees(&scene.bellows, asker).await;
    // Whatever the hub had for this one has come.
    scene.chisel.engine.clock().await.unwrap();
    assert_eq!(asking(&scene.chisel.engine, room).await, []);

    let admit = Wish::Admit(vec![asker]);
    scene.bellows.engine.commit(room, admit).await.unwrap();
    let ready = drill.engine.until(room, Session::is_board_ready);
    within(ready).await.unwrap();
    assert_eq!(drill.engine.asked().await.unwrap(), []);
    for member in [&scene.anvil, &scene.bellows] {
        let seated = move |session: &Session| session.roster().seat(asker).is_some();
        within(member.engine.until(room, seated)).await.unwrap();
        assert_eq!(asking(&member.engine, room).await, []);
    }
}

/// Whoever waits for the hub's answer gets one, also when the officer gives up meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_gives_up_is_answered() {
    let scene = Scene::set().await;
    let drill = scene.cast.member("AE", "Drill", Role::Field).await;
    let asked = drill.engine.ask_to_join(scene.room);
    let given_up = drill.engine.stop_asking(scene.room);
    let (asked, given_up) = within(async { tokio::join!(asked, given_up) }).await;
    assert!(asked.is_ok() && given_up.is_ok(), "{asked:?} {given_up:?}");
    assert_eq!(drill.engine.asked().await.unwrap(), []);
}

/// A liaison of another country is not bothered, and a request that was waved aside stays aside.
#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_officers_are_shown_to_a_liaison() {
    let scene = Scene::set().await;
    let room = scene.room;
    let drill = scene.cast.member("JO", "Drill", Role::Field).await;
    let asker = drill.identity.device();
    drill.engine.ask_to_join(room).await.unwrap();
    scene.sees(&scene.anvil, asker).await;
    scene.bellows.engine.clock().await.unwrap();
    assert_eq!(asking(&scene.bellows.engine, room).await, []);

    let wave = move |session: &mut Session, _| {
        session.dismiss(asker);
        Ok(())
    };
    scene.anvil.engine.change(room, wave).await.unwrap();
    let again = drill.identity.ask_to_join(room, now_ms());
    let heard = move |session: &mut Session, now_ms| Ok(session.take_join_request(&again, now_ms));
    let notice = scene.anvil.engine.change(room, heard).await.unwrap();
    assert_eq!(notice, None);
    assert_eq!(asking(&scene.anvil.engine, room).await, []);
}

/// Over a restart of the asking device, when nobody was there to see it the first time.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_goes_on_asking_until_somebody_is_there() {
    let scene = Scene::set().await;
    let room = scene.room;
    let drill = scene.cast.member("AE", "Drill", Role::Field).await;
    scene.bellows.engine.stop().await;
    drill.engine.ask_to_join(room).await.unwrap();
    drill.engine.stop().await;
    let bellows = Member {
        engine: scene.cast.wake(&scene.bellows.dir).await,
        identity: scene.bellows.identity.clone(),
        dir: scene.bellows.dir.clone(),
    };
    bellows.engine.caught_up().await.unwrap();
    let again = scene.cast.wake(&drill.dir).await;
    assert_eq!(again.asked().await.unwrap()[0].0, room);
    scene.sees(&bellows, drill.identity.device()).await;
    // It is given up for good.
    again.stop_asking(room).await.unwrap();
    again.stop().await;
    let again = scene.cast.wake(&drill.dir).await;
    assert_eq!(again.asked().await.unwrap(), []);
}

/// A stranger can't tell a room that would not have it from one that does not exist; what is not
/// the device's own request goes nowhere; and nothing of all that is stored.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_passed_on() {
    let scene = Scene::set().await;
    let room = scene.room;
    let drill = scene.cast.member("AE", "Drill", Role::Field).await;
    let stranger = scene.cast.member("CI", "Eyelet", Role::Coordinator).await;
    let nowhere = RoomId::from_bytes([9; 16]);
    let mut answers = Vec::new();
    for wanted in [room, nowhere] {
        let refused = stranger.engine.ask_to_join(wanted).await.unwrap_err();
        let EngineError::Refused { code, detail } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(code, ErrorCode::NoSeat);
        answers.push(detail);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(stranger.engine.asked().await.unwrap(), []);

    drill.engine.stop().await;
    let (connection, _incoming, _) = connect(&scene.hub.url(), &drill.identity).await.unwrap();
    let before = Snapshot::of(scene.hub.data()).await;
    let now = now_ms();
    let good = || drill.identity.ask_to_join(room, now);
    let old = drill
        .identity
        .ask_to_join(room, now - limits::CLOCK_TOLERANCE_MS - 60_000);
    let others = stranger.identity.ask_to_join(room, now);
    let mut forged = good();
    forged.time_ms += 1;
    for (join, expected) in [
        (others, ErrorCode::BadCertificate),
        (forged, ErrorCode::BadSignature),
        (old, ErrorCode::PolicyRefused),
    ] {
        let refused = connection.ask_to_join(join).await.unwrap_err();
        assert!(
            matches!(refused, RequestError::Refused { code, .. } if code == expected),
            "{refused:?}, not {expected}"
        );
    }
    scene.bellows.engine.clock().await.unwrap();
    assert_eq!(asking(&scene.bellows.engine, room).await, []);

    connection.ask_to_join(good()).await.unwrap();
    let RequestError::Refused {
        code,
        retry_after_ms,
        ..
    } = connection.ask_to_join(good()).await.unwrap_err()
    else {
        panic!("the second of two at once");
    };
    assert_eq!(code, ErrorCode::RateLimited);
    assert!(retry_after_ms.is_some_and(|it| it <= limits::JOIN_REQUEST_INTERVAL_MS));
    assert_eq!(Snapshot::of(scene.hub.data()).await, before);
}

/// Somebody may have been let in while it asked: that is no error, and nothing to show.
#[tokio::test(flavor = "multi_thread")]
async fn who_sits_or_comes_too_late_is_told() {
    let scene = Scene::set().await;
    let room = scene.room;
    let join = scene.chisel.identity.ask_to_join(room, now_ms());
    scene.chisel.engine.stop().await;
    let (connection, _incoming, _) = connect(&scene.hub.url(), &scene.chisel.identity)
        .await
        .unwrap();
    connection.ask_to_join(join).await.unwrap();
    scene.anvil.engine.clock().await.unwrap();
    assert_eq!(asking(&scene.anvil.engine, room).await, []);

    let drill = scene.cast.member("AE", "Drill", Role::Field).await;
    let close = entente_room::CharterChange::close_at(now_ms());
    let amend = Wish::Amend(Box::new(close));
    scene.anvil.engine.commit(room, amend).await.unwrap();
    let refused = within(async {
        loop {
            match drill.engine.ask_to_join(room).await {
                Err(refused) => break refused,
                // The hub's clock has not got there.
                Ok(()) => drill.engine.stop_asking(room).await.unwrap(),
            }
        }
    })
    .await;
    let is_closed = |code| matches!(code, ErrorCode::RoomClosed | ErrorCode::NoSeat);
    assert!(
        matches!(refused, EngineError::Refused { code, .. } if is_closed(code)),
        "{refused:?}"
    );
}

fn spawn(shell: &Shell, args: &[&str]) -> Child {
    let mut command = shell.command("correct horse", args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// By hand: one listens, the other asks, and is let in.
#[test]
fn asking_and_admitting_by_hand() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.device("JO", "Falcon", "field");
    let room = shell.open_room("T", &[]);
    let nowhere = "07".repeat(16);
    shell.fail(&["room", "ask", "--dir", "Falcon", &nowhere], "no_seat", 1);

    let listen = ["room", "requests", "--dir", "Petra", "--listen", "5m"];
    let mut listening = spawn(&shell, &listen);
    let said = BufReader::new(listening.stderr.take().unwrap());
    let mut said = said.lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("Listening")));
    let link = format!("https://hub.example/#room={room}");
    let ask = [
        "room", "ask", "--dir", "Falcon", "--stay", "5m", &link, "--json",
    ];
    let asking = spawn(&shell, &ask);
    let mut line = String::new();
    let mut shown = BufReader::new(listening.stdout.take().unwrap());
    shown.read_line(&mut line).unwrap();
    listening.kill().unwrap();
    listening.wait().unwrap();
    let (device, who) = line.split_once("  ").unwrap();
    assert!(
        who.starts_with("Falcon (JO-Falcon, JO, field officer"),
        "{line}"
    );

    shell.run(&["room", "admit", "--dir", "Petra", device]);
    let asked = asking.wait_with_output().unwrap();
    assert!(asked.status.success(), "{asked:?}");
    let joined: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(joined["joined"], true);
    assert_eq!(joined["room"], room.as_str());
    assert_eq!(shell.run(&["room", "roster", "--dir", "Falcon"]).len(), 2);
}
