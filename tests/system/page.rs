//! What the browser's worker hands to its page has the shapes that the page is written against
//! (`client-web/src/core/types.ts`), holds no key, and what the page asks for becomes what it means.

use std::collections::BTreeMap;

use entente_client::engine::Engine;
use entente_client::{now_ms, random_bytes, read_playbook};
use entente_protocol::RoomId;
use entente_room::{BlobKey, DocumentShared, Event};
use entente_tests::{Cast, HubProcess, Member, room_spec, within};
use entente_trust::Role;
use entente_web_core::action::{self, Action};
use entente_web_core::view::{self, Context, Talk};
use entente_web_core::{check, view::Shown};
use serde_json::{Value, json};

use crate::CLASSIC;

const TYPES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../client-web/src/core/types.ts"
);

/// The fields of each interface, and whether each may be missing.
fn interfaces() -> BTreeMap<String, BTreeMap<String, bool>> {
    let text = std::fs::read_to_string(TYPES).unwrap();
    let mut found = BTreeMap::new();
    for part in text.split("export interface ").skip(1) {
        let (name, body) = part.split_once('{').unwrap();
        let name = name.trim().trim_end_matches("<T>").trim();
        let mut fields = BTreeMap::new();
        let (mut depth, mut token) = (1, String::new());
        for c in body.chars() {
            match c {
                '{' | '(' => depth += 1,
                '}' | ')' => depth -= 1,
                ';' | '\n' if depth == 1 => token.clear(),
                ':' if depth == 1 => {
                    let field = token.trim();
                    let is_name = |text: &str| {
                        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
                    };
                    let plain = field.trim_end_matches('?');
                    if is_name(plain) {
                        fields.insert(plain.to_owned(), field.ends_with('?'));
                    }
                    token = "\u{0}".to_owned();
                }
                c if depth == 1 => token.push(c),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        found.insert(name.to_owned(), fields);
    }
    found
}

/// The value has what the interface asks for, and nothing that it does not know.
fn has_shape(value: &Value, name: &str) {
    let interfaces = interfaces();
    let interface = interfaces.get(name).unwrap_or_else(|| panic!("no {name}"));
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{name}: {value}"));
    for key in object.keys() {
        assert!(interface.contains_key(key), "{name} has no {key}");
    }
    for (field, may_be_missing) in interface {
        assert!(
            *may_be_missing || object.contains_key(field),
            "{name} lacks {field}: {value}"
        );
    }
}

/// All of a list, of which there must be one.
fn have_shape(value: &Value, name: &str) {
    let list = value.as_array().unwrap();
    assert!(!list.is_empty(), "nothing to compare with {name}");
    for one in list {
        has_shape(one, name);
    }
}

async fn act(member: &Member, room: RoomId, wish: Value) {
    let action: Action =
        serde_json::from_value(wish.clone()).unwrap_or_else(|e| panic!("{wish}: {e}"));
    let random = random_bytes().unwrap();
    let event = member
        .engine
        .view(room, move |session| action::event(session, action, random))
        .await
        .unwrap()
        .unwrap_or_else(|failure| panic!("{wish}: {failure:?}"));
    let said = member.engine.say(room, event).await;
    said.unwrap_or_else(|error| panic!("{wish}: {error}"));
}

async fn seen(engine: &Engine, room: RoomId) -> Value {
    let view = engine
        .view(room, |session| {
            let context = Context {
                now_ms: now_ms(),
                live: true,
                ..Context::default()
            };
            serde_json::to_value(view::room(session, &mut Talk::default(), context)).unwrap()
        })
        .await
        .unwrap();
    has_shape(&view, "RoomView");
    view
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_what_it_is_written_for() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let dune = cast.member("AE", "Dune", Role::Liaison).await;
    let playbook = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../ops-playbooks/multi-target-strike.yaml"
    );
    let playbook = read_playbook(&std::fs::read_to_string(playbook).unwrap()).unwrap();
    let mut spec = room_spec(cast.authorities(), CLASSIC);
    spec.playbook = playbook.to_json();
    let room = petra.engine.open_room(spec).await.unwrap();
    let admit = entente_client::engine::Wish::Admit(vec![dune.identity.device()]);
    petra.engine.commit(room, admit).await.unwrap();
    let there = dune.engine.until(room, |session| session.is_board_ready());
    within(there).await.unwrap();

    // Everything that the page can say, once.
    act(
        &petra,
        room,
        json!({ "do": "say", "text": "In position.", "urgent": true }),
    )
    .await;
    let first = seen(&petra.engine, room).await["talk"][0]["seq"].clone();
    act(
        &dune,
        room,
        json!({ "do": "say", "text": "Seen.", "reply_to": first }),
    )
    .await;
    let plate = "plate:JO-14-83921";
    act(
        &petra,
        room,
        json!({ "do": "target", "kind": "vehicle", "name": "White lorry", "priority": 1,
                "evaluation": "B2", "handling": "H1", "notes": "Tarpaulin",
                "add_identifiers": [plate] }),
    )
    .await;
    let lorry = seen(&petra.engine, room).await["targets"][0]["id"].clone();
    act(
        &petra,
        room,
        json!({ "do": "target", "kind": "place", "name": "Warehouse",
                "add_links": [{ "to": lorry, "relation": "unloads at" }] }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "target", "target": lorry, "status": "moving" }),
    )
    .await;
    act(
        &dune,
        room,
        json!({ "do": "sighting", "target": lorry, "seen_at_ms": now_ms(), "note": "Eastbound",
                "place": { "lat": 31.95, "lon": 35.93, "accuracy_m": 20.4 } }),
    )
    .await;
    act(
        &dune,
        room,
        json!({ "do": "hit", "identifier": plate, "note": "Gate 2" }),
    )
    .await;
    let hit = seen(&petra.engine, room).await["hits"][0].clone();
    assert_eq!(hit["needs_me"], true, "Jordan has not answered");
    assert_eq!(hit["matched"]["certainty"], 100);
    assert_eq!(hit["target"]["name"], "White lorry");
    let hit = hit["id"].clone();
    act(
        &petra,
        room,
        json!({ "do": "acknowledge", "hit": hit, "note": "On it" }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "verdict", "hit": hit, "confirmed": true }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "action", "hit": hit, "note": "Stopped" }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "check", "identifier": "passport:N4481207" }),
    )
    .await;
    let asked = seen(&dune.engine, room).await["checks"][0].clone();
    assert_eq!(asked["needs_me"], true);
    let answer = json!({ "do": "check_answer", "check": asked["id"], "answer": "no_hit" });
    act(&dune, room, answer).await;
    act(&petra, room, json!({ "do": "phase", "phase": "build-up" })).await;
    act(
        &dune,
        room,
        json!({ "do": "task", "task": "admit", "state": "done", "country": "AE" }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "h_hour", "at_ms": now_ms() + 3_600_000 }),
    )
    .await;
    act(&petra, room, json!({ "do": "call_vote" })).await;
    let called = petra.engine.view(room, |s| s.cursor()).await.unwrap();
    let heard = dune.engine.until(room, move |s| s.cursor() >= called);
    within(heard).await.unwrap();
    assert_eq!(
        seen(&dune.engine, room).await["plan"]["needs_my_vote"],
        true
    );
    act(&dune, room, json!({ "do": "vote", "choice": "go" })).await;
    act(
        &petra,
        room,
        json!({ "do": "vote", "choice": "hold", "note": "One team late" }),
    )
    .await;
    act(
        &petra,
        room,
        json!({ "do": "custody", "target": lorry, "step": "take" }),
    )
    .await;
    let offer = json!({ "do": "custody", "target": lorry, "step": "offer", "country": "AE" });
    act(&petra, room, offer).await;
    let accept = json!({ "do": "custody", "target": lorry, "step": "accept", "note": "Seal 4471" });
    act(&dune, room, accept).await;
    let key = [0xA7; 32];
    let document = Event::Document(DocumentShared {
        document: entente_room::DocumentId::from_bytes([1; 16]),
        target: None,
        name: "gate.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        size: 12,
        blob: entente_protocol::BlobId::from_bytes([2; 16]),
        key: BlobKey::from_bytes(key),
        digest: entente_protocol::Fingerprint::from_bytes([3; 32]),
    });
    petra.engine.say(room, document).await.unwrap();
    let change = entente_room::CharterChange::close_at(now_ms() + 5 * 3_600_000);
    let propose = move |session: &mut entente_room::Session, now_ms| {
        session.propose_amendment(&change, now_ms)
    };
    petra.engine.change(room, propose).await.unwrap();

    let view = seen(&dune.engine, room).await;
    for (field, name) in [
        ("targets", "TargetView"),
        ("hits", "HitView"),
        ("checks", "CheckView"),
        ("talk", "TalkLine"),
        ("documents", "DocumentView"),
        ("custody", "CustodyView"),
        ("seats", "SeatView"),
    ] {
        have_shape(&view[field], name);
    }
    let plan = &view["plan"];
    has_shape(plan, "PlanView");
    have_shape(&plan["phases"], "PhaseView");
    have_shape(&plan["phases"][1]["entry"], "ConditionView");
    have_shape(&plan["phases"][0]["tasks"], "TaskView");
    assert_eq!(plan["decision"], "held");
    has_shape(&view["me"], "Who");
    let target = &view["targets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == lorry)
        .unwrap();
    have_shape(&target["track"], "Seen");
    have_shape(&target["identifiers"], "Identifier");
    has_shape(&target["track"][0]["place"], "Place");
    has_shape(&target["changed"], "Stamp");
    assert_eq!(target["changed"]["who"]["callsign"], "Petra");
    assert_eq!(target["history"][0]["value"], "moving");
    assert_eq!(view["talk"][1]["reply_to"]["text"], "In position.");
    assert_eq!(view["custody"][0]["holder"], "AE");
    assert_eq!(view["seats"].as_array().unwrap().len(), 2);
    let summary = dune
        .engine
        .view(room, |session| view::summary(session, Shown::default()))
        .await
        .unwrap();
    has_shape(&serde_json::to_value(summary).unwrap(), "RoomSummary");

    // A check at the roadside: near, with a wrong character, without the hub.
    let (result, reading) = check::reading("plate", "jo 14 83921");
    has_shape(&serde_json::to_value(&result).unwrap(), "CheckResult");
    let reading = reading.unwrap();
    let found = dune
        .engine
        .view(room, move |session| check::matches(session, &reading))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "White lorry");

    // No key leaves the worker.
    let text = view.to_string();
    assert!(text.contains("gate.jpg"));
    for form in [
        data_encoding::HEXLOWER.encode(&key),
        data_encoding::BASE64.encode(&key),
        "167,167,167,167".to_owned(),
    ] {
        assert!(!text.contains(&form), "a key is in the view");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_is_refused_and_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let room = cast.open_room(&petra, &[], CLASSIC).await;
    let before = petra
        .engine
        .view(room, |session| session.cursor())
        .await
        .unwrap();
    for (wish, code) in [
        (
            json!({ "do": "sighting", "target": "00000000000000000000000000000000", "seen_at_ms": 1,
                 "place": { "lat": 91.0, "lon": 0.0 } }),
            "no-such-place",
        ),
        (
            json!({ "do": "target", "kind": "vehicle", "name": "x", "evaluation": "Q9" }),
            "no-such-evaluation",
        ),
        (
            json!({ "do": "custody", "target": "00000000000000000000000000000000", "step": "offer" }),
            "malformed",
        ),
    ] {
        let action: Action = serde_json::from_value(wish).unwrap();
        let refused = petra
            .engine
            .view(room, move |session| action::event(session, action, [7; 16]))
            .await
            .unwrap();
        assert_eq!(
            refused.err().map(|failure| failure.code).as_deref(),
            Some(code)
        );
    }
    for wish in [
        json!({ "do": "fly" }),
        json!({ "do": "say" }),
        json!({ "do": "hit", "identifier": "plate:" }),
        json!({ "do": "vote", "choice": "perhaps" }),
    ] {
        assert!(serde_json::from_value::<Action>(wish).is_err());
    }
    let after = petra
        .engine
        .view(room, |session| session.cursor())
        .await
        .unwrap();
    assert_eq!(before, after);
}
