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
pub(crate) fn has_shape(value: &Value, name: &str) {
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
pub(crate) fn have_shape(value: &Value, name: &str) {
    let list = value.as_array().unwrap();
    assert!(!list.is_empty(), "nothing to compare with {name}");
    for one in list {
        has_shape(one, name);
    }
}

/// A member says something, and the other has heard it.
async fn act(member: &Member, other: &Member, room: RoomId, wish: Value) {
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
    let seq = said.unwrap_or_else(|error| panic!("{wish}: {error}"));
    let heard = other
        .engine
        .until(room, move |session| session.cursor() >= seq);
    heard.await.unwrap();
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
        &dune,
        room,
        json!({ "do": "say", "text": "In position.", "urgent": true }),
    )
    .await;
    let first = seen(&petra.engine, room).await["talk"][0]["seq"].clone();
    act(
        &dune,
        &petra,
        room,
        json!({ "do": "say", "text": "Seen.", "reply_to": first }),
    )
    .await;
    let plate = "plate:JO-14-83921";
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "target", "kind": "vehicle", "name": "White lorry", "priority": 1,
                "evaluation": "B2", "handling": "H1", "notes": "Tarpaulin",
                "add_identifiers": [plate] }),
    )
    .await;
    let lorry = seen(&petra.engine, room).await["targets"][0]["id"].clone();
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "target", "kind": "place", "name": "Warehouse",
                "add_links": [{ "to": lorry, "relation": "unloads at" }] }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "target", "target": lorry, "status": "moving" }),
    )
    .await;
    act(
        &dune,
        &petra,
        room,
        json!({ "do": "sighting", "target": lorry, "seen_at_ms": now_ms(), "note": "Eastbound",
                "place": { "lat": 31.95, "lon": 35.93, "accuracy_m": 20.4 } }),
    )
    .await;
    act(
        &dune,
        &petra,
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
        &dune,
        room,
        json!({ "do": "acknowledge", "hit": hit, "note": "On it" }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "verdict", "hit": hit, "confirmed": true }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "action", "hit": hit, "note": "Stopped" }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "check", "identifier": "passport:N4481207" }),
    )
    .await;
    let asked = seen(&dune.engine, room).await["checks"][0].clone();
    assert_eq!(asked["needs_me"], true);
    let answer = json!({ "do": "check_answer", "check": asked["id"], "answer": "no_hit" });
    act(&dune, &petra, room, answer).await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "phase", "phase": "build-up" }),
    )
    .await;
    act(
        &dune,
        &petra,
        room,
        json!({ "do": "task", "task": "admit", "state": "done", "country": "AE" }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "h_hour", "at_ms": now_ms() + 3_600_000 }),
    )
    .await;
    act(&petra, &dune, room, json!({ "do": "call_vote" })).await;
    assert_eq!(
        seen(&dune.engine, room).await["plan"]["needs_my_vote"],
        true
    );
    // A vote is on the plan that was on the screen, and on no other.
    let digest = seen(&dune.engine, room).await["plan"]["digest"].clone();
    let other = json!({ "do": "vote", "choice": "go", "plan": "00".repeat(32) });
    let other: Action = serde_json::from_value(other).unwrap();
    let refused = dune
        .engine
        .view(room, move |session| action::event(session, other, [7; 16]))
        .await
        .unwrap();
    let code = refused.err().map(|failure| failure.code);
    assert_eq!(code.as_deref(), Some("rejected-other-plan"));
    let vote = json!({ "do": "vote", "choice": "go", "plan": digest });
    act(&dune, &petra, room, vote).await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "vote", "choice": "hold", "note": "One team late" }),
    )
    .await;
    act(
        &petra,
        &dune,
        room,
        json!({ "do": "custody", "target": lorry, "step": "take" }),
    )
    .await;
    let offer = json!({ "do": "custody", "target": lorry, "step": "offer", "country": "AE" });
    act(&petra, &dune, room, offer).await;
    let accept = json!({ "do": "custody", "target": lorry, "step": "accept", "note": "Seal 4471" });
    act(&dune, &petra, room, accept).await;
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
    let shared = dune
        .engine
        .until(room, |session| session.board().documents().count() == 1);
    shared.await.unwrap();
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
    has_shape(&plan["poll"], "PollView");
    assert_eq!(plan["phases"][0]["tasks"][0]["by"], "each_country");
    assert_eq!(plan["phases"][0]["tasks"][0]["awaited"], json!(["JO"]));
    assert!(!plan["duties"].as_array().unwrap().is_empty());
    assert_eq!(plan["handling_default"], "H1");
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
        .view(room, |session| view::summary(session, Shown::default()).1)
        .await
        .unwrap();
    has_shape(&serde_json::to_value(summary).unwrap(), "RoomSummary");

    // Called off: it stays so for who does not say that they know.
    let reason = "Shots fired";
    act(
        &dune,
        &petra,
        room,
        json!({ "do": "abort", "reason": reason }),
    )
    .await;
    let told = petra.engine.until(room, |session| !session.owes_receipt());
    told.await.unwrap();
    let has_it = dune.engine.until(room, |session| {
        let aborted = session.board().plan().aborted();
        aborted.is_some_and(|aborted| aborted.delivered.len() == 1)
    });
    has_it.await.unwrap();
    let plan = seen(&dune.engine, room).await["plan"].clone();
    assert_eq!(plan["aborted"]["note"], reason);
    assert_eq!(plan["aborted_delivered"].as_array().unwrap().len(), 2);
    assert_eq!(plan["aborted_waiting"], json!([]));
    have_shape(&plan["past_polls"], "PollView");
    let begin = json!({ "do": "phase", "phase": "target-packs", "in_spite": "again" });
    let begin: Action = serde_json::from_value(begin).unwrap();
    let begin = petra
        .engine
        .view(room, move |session| action::event(session, begin, [7; 16]))
        .await
        .unwrap()
        .unwrap();
    let refused = petra.engine.say(room, begin).await;
    assert!(matches!(
        refused,
        Err(entente_client::engine::EngineError::Rejected(
            entente_room::Rejected::Aborted
        ))
    ));
    let seq = plan["aborted"]["stamp"]["seq"].clone();
    let begin = json!({ "do": "phase", "phase": "build-up", "after_abort": seq });
    act(&petra, &dune, room, begin).await;
    let plan = seen(&dune.engine, room).await["plan"].clone();
    assert!(plan["aborted"].is_null());
    assert_eq!(plan["past_aborts"][0]["note"], reason);

    // What was done with can be taken up again.
    act(
        &dune,
        &petra,
        room,
        json!({ "do": "reopen", "hit": hit, "note": "Same driver" }),
    )
    .await;
    let hits = seen(&dune.engine, room).await["hits"].clone();
    assert_eq!(hits[0]["open"], true);
    assert_eq!(hits[0]["reopened"][0]["note"], "Same driver");

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
