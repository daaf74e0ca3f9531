//! The agent that carries chosen things out: what leaves, in which order, signed by whom, and what does not.

use std::path::Path;
use std::process::Stdio;

use data_encoding::BASE64;
use entente_protocol::RoomId;
use entente_room::{
    Acknowledgement, Event, Handling, HitId, HitRaised, Position, Say, TargetChange, TargetId,
    TargetKind,
};
use entente_tests::{Cast, HubProcess, Member, Posted, Receiver, program, within};
use entente_trust::Role;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use crate::CLASSIC;

const KEY: &[u8; 24] = b"only for tests, 24 bytes";

struct Scene {
    _hub: HubProcess,
    folder: tempfile::TempDir,
    cast: Cast,
    petra: Member,
    courier: Member,
    room: RoomId,
    outside: Receiver,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let courier = cast.member("AE", "Courier", Role::Agent).await;
    let room = cast.open_room(&petra, &[&courier], CLASSIC).await;
    courier.engine.stop().await;
    Scene {
        _hub: hub,
        folder,
        cast,
        petra,
        courier,
        room,
        outside: Receiver::start().await,
    }
}

impl Scene {
    fn agent(&self, dir: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(program("entente"));
        command
            .args(["agent", "webhook", "--json", "--dir"])
            .arg(dir)
            .args(["--to", &self.outside.url])
            .args(more)
            .env("ENTENTE_PASSPHRASE", "only for tests")
            .env("ENTENTE_LANG", "en")
            .env(
                "ENTENTE_WEBHOOK_SECRET",
                format!("whsec_{}", BASE64.encode(KEY)),
            )
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    async fn carry(&self, more: &[&str]) -> (bool, Value) {
        let mut command = self.agent(&self.courier.dir, more);
        let output = within(command.output()).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().last().unwrap_or_else(|| panic!("{errors}"));
        (output.status.success(), serde_json::from_str(last).unwrap())
    }

    async fn say(&self, event: Event) -> u64 {
        within(self.petra.engine.say(self.room, event))
            .await
            .unwrap()
    }

    /// A target and a hit on it.
    async fn hit(&self, seed: u8, handling: Handling) -> u64 {
        let target = TargetId::from_bytes([seed; 16]);
        self.say(Event::Target(TargetChange {
            kind: Some(TargetKind::Vehicle),
            name: Some(format!("lorry {seed}")),
            handling: Some(handling),
            add_identifiers: vec![plate(seed).parse().unwrap()],
            ..TargetChange::of(target)
        }))
        .await;
        let hit = HitId::from_bytes([seed; 16]);
        self.say(Event::Hit(HitRaised {
            note: format!("secret note {seed}"),
            position: Position::from_degrees(31.9, 35.9),
            seen_at_ms: 1_700_000_000_000,
            ..HitRaised::seen(hit, plate(seed).parse().unwrap(), Some(target))
        }))
        .await
    }
}

fn plate(seed: u8) -> String {
    format!("plate:JO 12-345{seed}")
}

fn body(posted: &Posted) -> Value {
    serde_json::from_slice(&posted.body).unwrap()
}

/// HMAC-SHA-256 by hand, as a receiver in another language has it.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(pad(0x5c));
    outer.chain_update(inner.finalize()).finalize().to_vec()
}

fn check_signature(posted: &Posted) {
    let (id, time) = (
        posted.header("webhook-id").unwrap(),
        posted.header("webhook-timestamp").unwrap(),
    );
    let signed = [format!("{id}.{time}.").as_bytes(), &posted.body].concat();
    let expected = format!("v1,{}", BASE64.encode(&hmac(KEY, &signed)));
    assert_eq!(posted.header("webhook-signature"), Some(expected.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_chosen_leaves_in_order_and_signed() {
    let scene = scene().await;
    let fields = scene.folder.path().join("fields.yaml");
    std::fs::write(&fields, "hit: [identifier, seen_at_ms]\nabout: [country]\n").unwrap();
    let options = [
        "--fields",
        fields.to_str().unwrap(),
        "--send",
        "acknowledge:hit",
        "--once",
    ];
    // From now on: what was before stays in the room.
    scene.hit(1, Handling::H0).await;
    let (is_good, said) = scene.carry(&options).await;
    assert!(is_good && said["carried"]["sent"] == 0, "{said}");
    assert!(scene.outside.posted().is_empty());

    for seed in 2..=6 {
        scene.hit(seed, Handling::H0).await;
    }
    let hit = HitId::from_bytes([2; 16]);
    let note = "secret answer".to_owned();
    scene
        .say(Event::Acknowledge(Acknowledgement { hit, note }))
        .await;
    scene
        .say(Event::Say(Say {
            text: "secret words".into(),
            urgent: true,
            reply_to: None,
        }))
        .await;
    let (is_good, said) = scene.carry(&options).await;
    assert!(is_good, "{said}");
    assert_eq!(
        said["carried"],
        json!({"sent": 6, "withheld": 0, "failed": 0})
    );
    let posted = scene.outside.posted();
    let bodies: Vec<Value> = posted.iter().map(body).collect();
    let identifiers = (2..=6).map(|seed| {
        json!({"kind": "hit", "about": {"country": "JO"},
               "fields": {"identifier": normal(&plate(seed)), "seen_at_ms": 1_700_000_000_000_u64}})
    });
    let mut expected: Vec<Value> = identifiers.collect();
    expected.push(json!({"kind": "acknowledge", "about": {"country": "JO"},
                         "fields": {"hit": hit.to_string()}}));
    assert_eq!(bodies, expected);
    posted.iter().for_each(check_signature);

    // Nothing else left, in whatever part of a request.
    let everything: Vec<u8> = posted
        .iter()
        .flat_map(|it| [it.head.as_bytes(), &it.body].concat())
        .collect();
    let everything = String::from_utf8(everything).unwrap();
    let room = scene.room.to_string();
    for secret in [
        "secret",
        "lorry",
        "Petra",
        "lat_e7",
        "callsign",
        room.as_str(),
        "Courier",
    ] {
        assert!(!everything.contains(secret), "{secret} has left");
    }
    // Again: nothing is sent twice that was taken.
    let (_, said) = scene.carry(&options).await;
    assert_eq!(said["carried"]["sent"], 0);
    assert_eq!(scene.outside.posted().len(), 6);

    // Those in the room were told once, by the agent itself, what leaves and where to.
    let told = scene.petra.engine.view(scene.room, |session| {
        let said = crate::said(session).into_iter();
        said.filter(|(_, text)| text.contains("webhook"))
            .collect::<Vec<_>>()
    });
    let told = told.await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("hit: identifier, seen_at_ms") && told[0].1.contains("127.0.0.1"));
}

fn normal(identifier: &str) -> String {
    let parsed: entente_room::Identifier = identifier.parse().unwrap();
    parsed.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_too_strictly_stays() {
    let scene = scene().await;
    let options = [
        "--send",
        "hit:identifier",
        "--send",
        "target:name",
        "--once",
    ];
    scene.carry(&options).await;
    scene.hit(1, Handling::H0).await;
    scene.hit(2, Handling::H2).await;
    let (_, said) = scene.carry(&options).await;
    // Two of the one leave, two of the other stay.
    assert_eq!(
        said["carried"],
        json!({"sent": 2, "withheld": 2, "failed": 0})
    );
    let posted = scene.outside.posted();
    for kept in ["3452", "lorry 2"] {
        let is_kept = |it: &Posted| !String::from_utf8_lossy(&it.body).contains(kept);
        assert!(posted.iter().all(is_kept), "{kept} has left");
    }
    // A code that was once stricter counts.
    scene
        .say(Event::Target(TargetChange {
            handling: Some(Handling::H0),
            name: Some("eased".into()),
            ..TargetChange::of(TargetId::from_bytes([2; 16]))
        }))
        .await;
    let (_, said) = scene.carry(&options).await;
    assert_eq!(said["carried"]["sent"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_tried_again_and_comes_at_least_once_in_order() {
    let scene = scene().await;
    let options = ["--send", "hit:identifier"];
    let mut agent = scene.agent(&scene.courier.dir, &options).spawn().unwrap();
    let is_announced = scene.petra.engine.until(scene.room, |session| {
        crate::said(session)
            .iter()
            .any(|(_, text)| text.contains("webhook"))
    });
    within(is_announced).await.unwrap();
    scene.outside.answer_with([500, 302, 429]);
    scene.hit(1, Handling::H0).await;
    scene.hit(2, Handling::H0).await;
    let posted = within(scene.outside.until(5)).await;
    let statuses: Vec<u16> = posted.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [500, 302, 429, 200, 200]);
    // The same thing under the same id, each try signed anew, and the next only when it was taken.
    let ids: Vec<&str> = posted
        .iter()
        .map(|it| it.header("webhook-id").unwrap())
        .collect();
    assert!(
        ids[..4].iter().all(|id| *id == ids[0]) && ids[4] != ids[0],
        "{ids:?}"
    );
    assert!(posted[..4].iter().all(|it| it.body == posted[0].body));
    posted.iter().for_each(check_signature);
    agent.kill().await.unwrap();

    // A receiver that takes nothing: the agent gives up, and the next one goes on where it was.
    scene.outside.answer_with([503; 8]);
    scene.hit(3, Handling::H0).await;
    scene.hit(4, Handling::H0).await;
    let once = ["--send", "hit:identifier", "--once"];
    let (is_good, said) = scene.carry(&once).await;
    assert!(!is_good && said["error"]["code"] == "not_taken", "{said}");
    let refused = scene.outside.posted().len();
    let (is_good, said) = scene.carry(&once).await;
    assert!(is_good, "{said}");
    let after = scene.outside.posted().split_off(refused);
    let taken = after
        .iter()
        .map(|it| body(it)["fields"]["identifier"].clone());
    // The one before may come again: the agent was killed when it had been taken.
    let taken: Vec<Value> = taken.filter(|it| *it != normal(&plate(2))).collect();
    assert_eq!(taken, [normal(&plate(3)), normal(&plate(4))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_agent_may_and_only_with_a_choice() {
    let scene = scene().await;
    scene.petra.engine.stop().await;
    let output = scene
        .agent(&scene.petra.dir, &["--send", "hit:identifier", "--once"])
        .output();
    let output = within(output).await.unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["error"]["code"], "not_agent");
    for options in [
        &["--once"][..],
        &["--send", "document:key"],
        &["--send", "hit:secret"],
    ] {
        let (is_good, said) = scene.carry(options).await;
        assert!(!is_good && said["error"]["code"] == "usage", "{said}");
    }
    assert!(scene.outside.posted().is_empty());
    let awake = scene.cast.wake(&scene.petra.dir).await;
    within(awake.caught_up()).await.unwrap();
    let said = awake.view(scene.room, |session| crate::said(session).len());
    assert_eq!(said.await.unwrap(), 0);
}
