//! The agent between a room and a TAK server: a real one, and one that only listens.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use entente_client::engine::{EngineEvent, RoomSpec, Wish};
use entente_client::now_ms;
use entente_protocol::RoomId;
use entente_room::{
    Bridge, CharterChange, Event, Handling, LivePosition, Notice, Position, SecurityEvent, Session,
    Sighting, TargetChange, TargetId, TargetKind,
};
use entente_services::{Taky, is_skipped};
use entente_tests::{Cast, HubProcess, Member, program, room_spec, within};
use entente_trust::{Consents, Role, Terms};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::sync::broadcast;

use crate::CLASSIC;

struct Scene {
    _hub: HubProcess,
    _folder: tempfile::TempDir,
    petra: Member,
    mapper: Member,
    room: RoomId,
}

/// A room in which what has no code may go anywhere.
async fn scene(consents: Consents) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let mapper = cast.member("AE", "Mapper", Role::Agent).await;
    let yaml = "version: 1
id: quick
title: {en: Quick}
handling: {default: H0}
phases: [{id: one, title: {en: One}}]
";
    let spec = RoomSpec {
        playbook: entente_client::read_playbook(yaml).unwrap().to_json(),
        terms: Terms::default().agreeing(consents),
        ..room_spec(cast.authorities(), CLASSIC)
    };
    let room = petra.engine.open_room(spec).await.unwrap();
    let admit = Wish::Admit(vec![mapper.identity.device()]);
    within(petra.engine.commit(room, admit)).await.unwrap();
    within(mapper.engine.until(room, Session::is_board_ready))
        .await
        .unwrap();
    Scene {
        _hub: hub,
        _folder: folder,
        petra,
        mapper,
        room,
    }
}

fn agent(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(program("entente"));
    command
        .args(["agent", "tak", "--json", "--dir"])
        .arg(dir)
        .args(["--connect", &format!("tcp://127.0.0.1:{port}")])
        .env("ENTENTE_PASSPHRASE", "only for tests")
        .env("ENTENTE_LANG", "en")
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn said(output: std::process::Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = text.lines().last().unwrap_or_else(|| panic!("{errors}"));
    serde_json::from_str(last).unwrap()
}

/// Waits for a notice of the room.
async fn notice<T>(
    events: &mut broadcast::Receiver<EngineEvent>,
    find: impl Fn(&Notice) -> Option<T>,
) -> T {
    within(async {
        loop {
            if let EngineEvent::Room { notice, .. } = events.recv().await.unwrap()
                && let Some(found) = find(&notice)
            {
                return found;
            }
        }
    })
    .await
}

fn unconsented(notice: &Notice) -> Option<entente_protocol::DeviceId> {
    match notice {
        Notice::Security {
            device,
            security: SecurityEvent::Unconsented { .. },
            ..
        } => Some(*device),
        _ => None,
    }
}

/// Somebody with a map.
struct Map {
    stream: TcpStream,
    text: String,
    /// What stands on it: call signs by uid.
    shown: BTreeMap<String, String>,
    /// Everything that ever came.
    all: String,
}

impl Map {
    async fn look_at(port: u16) -> Self {
        Self {
            stream: TcpStream::connect(("127.0.0.1", port)).await.unwrap(),
            text: String::new(),
            shown: BTreeMap::new(),
            all: String::new(),
        }
    }

    async fn until(&mut self, is_so: impl Fn(&BTreeMap<String, String>) -> bool) {
        within(async {
            while !is_so(&self.shown) {
                let mut bytes = vec![0; 4_096];
                let count = self.stream.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the server is gone");
                self.text += core::str::from_utf8(&bytes[..count]).unwrap();
                while let Some(end) = self.text.find("</event>") {
                    let rest = self.text.split_off(end + 8);
                    let event = core::mem::replace(&mut self.text, rest);
                    self.take(&event);
                }
            }
        })
        .await;
    }

    fn take(&mut self, event: &str) {
        self.all += event;
        let field = |name: &str| {
            let rest = event.split(&format!(" {name}=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        if field("type").as_deref() == Some("t-x-d-d") {
            let link = event.split("<link uid=\"").nth(1).unwrap();
            self.shown.remove(link.split('"').next().unwrap());
        } else {
            let callsign = field("callsign").unwrap_or_default();
            self.shown.insert(field("uid").unwrap(), callsign);
        }
    }

    fn uid(&self, callsign: &str) -> String {
        let found = self.shown.iter().find(|(_, name)| *name == callsign);
        found.unwrap().0.clone()
    }

    async fn say(&mut self, uid: &str, detail: &str) {
        let at = |ms: u64| {
            let seconds = i64::try_from(ms / 1_000).unwrap();
            let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
            let (year, month, day) = civil(days);
            let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
        };
        let (now, later) = (at(now_ms()), at(now_ms() + 300_000));
        let event = format!(
            "<event version=\"2.0\" uid=\"{uid}\" type=\"a-u-G\" how=\"h-g-i-g-o\" time=\"{now}\" \
             start=\"{now}\" stale=\"{later}\"><point lat=\"31.5\" lon=\"35.5\" hae=\"0\" ce=\"10\" \
             le=\"10\"/><detail><contact callsign=\"Spotter\"/>{detail}</detail></event>"
        );
        self.stream.write_all(event.as_bytes()).await.unwrap();
    }
}

/// Days since 1970 as a date.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (
        yoe + era * 400 + i64::from(month <= 2),
        month,
        doy - (153 * mp + 2) / 5 + 1,
    )
}

async fn target(scene: &Scene, seed: u8, name: &str, handling: Handling) -> TargetId {
    let target = TargetId::from_bytes([seed; 16]);
    let change = Event::Target(TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some(name.into()),
        handling: Some(handling),
        add_identifiers: vec![format!("plate:JO 12-345{seed}").parse().unwrap()],
        ..TargetChange::of(target)
    });
    let seen = Event::Sighting(Sighting {
        target,
        seen_at_ms: now_ms(),
        position: Position::from_degrees(31.9, 35.9),
        note: "secret note".into(),
    });
    for event in [change, seen] {
        within(scene.petra.engine.say(scene.room, event))
            .await
            .unwrap();
    }
    target
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_quorums_consent_nothing_leaves_and_who_carries_on_is_an_alarm() {
    let scene = scene(Consents::NONE).await;
    let mut events = scene.petra.engine.events();
    target(&scene, 1, "White lorry", Handling::H0).await;
    // A client of somebody's own making would say so all the same, or say nothing.
    let bridge = Event::Bridge(Bridge {
        to: Bridge::TAK.into(),
        name: "127.0.0.1:1".into(),
        on: true,
    });
    let mapper = scene.mapper.identity.device();
    within(scene.mapper.engine.say(scene.room, bridge))
        .await
        .unwrap();
    assert_eq!(notice(&mut events, unconsented).await, mapper);
    scene.mapper.engine.stop().await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let output = agent(&scene.mapper.dir, port).output();
    let refused = said(within(output).await.unwrap()).await;
    assert_eq!(refused["error"]["code"], "no_consent", "{refused}");
    let nobody = tokio::select! {
        biased;
        _ = listener.accept() => false,
        () = core::future::ready(()) => true,
    };
    assert!(nobody, "it has connected");
    // Neither may one who is no agent.
    scene.petra.engine.stop().await;
    let output = agent(&scene.petra.dir, port).output();
    let refused = said(within(output).await.unwrap()).await;
    assert_eq!(refused["error"]["code"], "not_agent", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_consent_places_are_mirrored_and_sightings_come_in_until_it_is_taken_back() {
    if is_skipped() {
        return;
    }
    let taky = tokio::task::block_in_place(Taky::start);
    let scene = scene(Consents::TAK).await;
    scene.mapper.engine.stop().await;
    let lorry = target(&scene, 1, "White lorry", Handling::H0).await;
    target(&scene, 2, "Hidden dhow", Handling::H2).await;
    let mut events = scene.petra.engine.events();
    let running = agent(&scene.mapper.dir, taky.port()).spawn().unwrap();
    let name = notice(&mut events, |notice| match notice {
        Notice::Bridge { bridge, .. } if bridge.on => Some(bridge.name.clone()),
        _ => None,
    });
    assert_eq!(name.await, format!("127.0.0.1:{}", taky.port()));
    let mut map = Map::look_at(taky.port()).await;
    map.until(|shown| shown.values().any(|it| it == "White lorry"))
        .await;

    // Where officers are, and where the target goes.
    let here = LivePosition {
        position: Position::from_degrees(32.1, 35.8).unwrap(),
        at_ms: now_ms(),
    };
    let engine = &scene.petra.engine;
    engine
        .ephemeral(scene.room, Event::Position(here))
        .await
        .unwrap();
    map.until(|shown| shown.values().any(|it| it == "Petra"))
        .await;
    assert!(map.all.contains("lat=\"32.1") && map.all.contains("a-f-G-U-C"));

    // A sighting of what stands on the map, and a thing that the board knows.
    let uid = map.uid("White lorry");
    map.say("spot-1", &format!("<link uid=\"{uid}\" relation=\"p-p\"/>"))
        .await;
    let seen = engine.until(scene.room, move |session| {
        let target = session.board().target(lorry).unwrap();
        let mut track = target.track.iter();
        track.any(|seen| seen.note == "TAK: Spotter" && seen.position.is_some())
    });
    within(seen).await.unwrap();
    map.say("spot-2", "<remarks>going north plate:JO12-3452</remarks>")
        .await;
    let hit = engine.until(scene.room, |session| {
        let mut hits = session.board().hits();
        hits.any(|(_, hit)| hit.note.contains("TAK: Spotter") && hit.target.is_some())
    });
    within(hit).await.unwrap();

    // The quorum takes its consent back: nothing of ours stands on the map any more.
    let change = CharterChange {
        disagreed: Consents::TAK,
        ..CharterChange::default()
    };
    within(engine.commit(scene.room, Wish::Amend(Box::new(change))))
        .await
        .unwrap();
    map.until(|shown| !shown.keys().any(|uid| uid.starts_with("entente-")))
        .await;
    let ended = said(within(running.wait_with_output()).await.unwrap()).await;
    assert_eq!(ended["error"]["code"], "no_consent", "{ended}");
    assert_eq!(
        notice(&mut events, unconsented).await,
        scene.mapper.identity.device()
    );
    let off = notice(&mut events, |notice| match notice {
        Notice::Bridge { bridge, .. } if !bridge.on => Some(()),
        _ => None,
    });
    off.await;

    // What may not leave has not left, in all that time.
    let room = scene.room.to_string();
    for secret in ["dhow", "secret", "JO12", room.as_str(), "3451"] {
        let mut lines = map.all.split("</event>");
        let left = lines.find(|it| it.contains(secret) && it.contains("uid=\"entente-"));
        assert_eq!(left, None, "{secret}");
    }
    // Who comes to the server now finds nothing of it either.
    let mut late = Map::look_at(taky.port()).await;
    late.say("late", "").await;
    let mut other = Map::look_at(taky.port()).await;
    other.until(|shown| shown.contains_key("late")).await;
    assert!(!other.all.contains("White lorry"), "{}", other.all);
}
