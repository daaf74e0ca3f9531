//! What the page sees of a room with compartments, and where goes what is said there: never to others than those who see
//! what it is about.

use entente_client::engine::{EngineError, Wish};
use entente_client::{now_ms, random_bytes};
use entente_protocol::RoomId;
use entente_room::{Boards, Event, Session, SessionError, TargetId};
use entente_tests::{Cast, HubProcess, Member, within};
use entente_trust::Role;
use entente_web_core::action::{self, Action};
use entente_web_core::place::Places;
use entente_web_core::view::{self, Context, Count, Shown, Talk};
use serde_json::{Value, json};

use crate::page::{has_shape, have_shape};
use crate::{CLASSIC, said};

const PLATE: &str = "plate:JO-14-83921";

/// Three countries, of which two have a compartment: Anvil opened it, Brass speaks for the other, Copper sits outside.
struct Scene {
    _hub: HubProcess,
    anvil: Member,
    brass: Member,
    copper: Member,
    room: RoomId,
    inner: RoomId,
}

async fn scene(folder: &std::path::Path) -> Scene {
    let hub = HubProcess::start(&folder.join("hub"), &[]);
    let cast = Cast::new(folder, &hub.url(), &["JO", "AE", "CI"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let brass = cast.member("AE", "Brass", Role::Liaison).await;
    let copper = cast.member("CI", "Copper", Role::Liaison).await;
    let room = cast.open_room(&anvil, &[&brass, &copper], CLASSIC).await;
    let countries = ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec();
    let opening = anvil.engine.open_compartment(room, countries);
    let inner = within(opening).await.unwrap();
    let admit = Wish::Admit(vec![brass.identity.device()]);
    within(anvil.engine.commit(inner, admit)).await.unwrap();
    let ready = brass.engine.until(inner, Session::is_board_ready);
    within(ready).await.unwrap();
    Scene {
        _hub: hub,
        anvil,
        brass,
        copper,
        room,
        inner,
    }
}

impl Scene {
    /// Where a wish goes, or why nowhere.
    async fn place(
        &self,
        member: &Member,
        wish: &Value,
        chosen: Option<RoomId>,
    ) -> Result<RoomId, String> {
        let action: Action = serde_json::from_value(wish.clone()).unwrap();
        let room = self.room;
        let look = move |boards: Boards<'_>| Places::of(room, &boards).of_action(&action, chosen);
        let place = member.engine.boards(room, look).await.unwrap();
        place.map_err(|failure| failure.code)
    }

    /// What would be said, as the worker makes it.
    async fn event(&self, member: &Member, wish: &Value, place: RoomId) -> Result<Event, String> {
        let action: Action = serde_json::from_value(wish.clone()).unwrap();
        let room = self.room;
        let look = move |boards: Boards<'_>| {
            let made_at = Places::of(room, &boards).made_at(&action, place);
            (made_at, action)
        };
        let (made_at, action) = member.engine.boards(room, look).await.unwrap();
        let random = random_bytes().unwrap();
        let made = member
            .engine
            .view(made_at, move |session| {
                action::event(session, action, random)
            })
            .await
            .unwrap();
        made.map_err(|failure| failure.code)
    }

    /// Says it, as the worker does; the others have heard it when this returns.
    async fn act(&self, member: &Member, wish: Value, chosen: Option<RoomId>) -> RoomId {
        let place = self.place(member, &wish, chosen).await.unwrap();
        let event = self.event(member, &wish, place).await.unwrap();
        let said = within(member.engine.say(place, event)).await;
        let seq = said.unwrap_or_else(|error| panic!("{wish}: {error}"));
        for other in [&self.anvil, &self.brass] {
            let heard = other
                .engine
                .until(place, move |session| session.cursor() >= seq);
            within(heard).await.unwrap();
        }
        place
    }

    /// The room and its compartments as the page gets them.
    async fn seen(&self, member: &Member) -> Value {
        let room = self.room;
        let count = member.engine.boards(room, |boards| Count::of(&boards));
        let count = count.await.unwrap();
        let views = member
            .engine
            .rooms(move |session| {
                let context = Context {
                    now_ms: now_ms(),
                    live: true,
                    count,
                    ..Context::default()
                };
                view::room(session, &mut Talk::default(), context)
            })
            .await
            .unwrap();
        let (whole, inner) = views.into_iter().partition(|view| view.room == room);
        let whole: Vec<_> = whole;
        let view = view::union(whole.into_iter().next().unwrap(), inner);
        let view = serde_json::to_value(view).unwrap();
        has_shape(&view, "RoomView");
        view
    }

    /// Says something to all, and how far the room has come when the one outside has heard it.
    async fn told(&self, text: &'static str) -> u64 {
        let say = json!({ "do": "say", "text": text });
        assert_eq!(self.act(&self.anvil, say, None).await, self.room);
        let heard = move |session: &Session| said(session).iter().any(|(_, it)| it == text);
        within(self.copper.engine.until(self.room, heard))
            .await
            .unwrap();
        let cursor = self.copper.engine.view(self.room, Session::cursor);
        cursor.await.unwrap()
    }
}

fn code<T>(refused: Result<T, String>) -> String {
    refused.err().expect("this goes nowhere")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_thing_goes_where_the_thing_lies() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let (room, inner) = (s.room, s.inner);
    let before = s.told("Begin").await;

    let ship =
        json!({ "do": "target", "kind": "vessel", "name": "Ship", "add_identifiers": [PLATE] });
    assert_eq!(s.act(&s.anvil, ship, Some(inner)).await, inner);
    let view = s.seen(&s.brass).await;
    have_shape(&view["targets"], "TargetView");
    have_shape(&view["compartments"], "CompartmentView");
    assert_eq!(view["targets"][0]["within"], json!(inner));
    let ship = view["targets"][0]["id"].clone();

    // Without anything chosen: the thing itself says where.
    let sighting =
        json!({ "do": "sighting", "target": ship, "seen_at_ms": now_ms(), "note": "Off the cape" });
    assert_eq!(s.act(&s.brass, sighting.clone(), None).await, inner);
    let custody = json!({ "do": "custody", "target": ship, "step": "take" });
    assert_eq!(s.act(&s.anvil, custody, None).await, inner);
    // What was meant for the room stays unsaid.
    assert_eq!(
        code(s.place(&s.brass, &sighting, Some(room)).await),
        "other-audience"
    );
    let linked = json!({ "do": "target", "kind": "place", "name": "Quay",
                         "add_links": [{ "to": ship, "relation": "berth of" }] });
    assert_eq!(
        code(s.place(&s.anvil, &linked, None).await),
        "other-audience"
    );
    assert_eq!(s.place(&s.anvil, &linked, Some(inner)).await, Ok(inner));

    // An identifier that a compartment looks for is not asked about in the room by an oversight.
    let hit = json!({ "do": "hit", "identifier": PLATE, "note": "Gate 2" });
    let check = json!({ "do": "check", "identifier": PLATE });
    assert_eq!(code(s.place(&s.brass, &hit, None).await), "choose-audience");
    assert_eq!(
        code(s.place(&s.brass, &check, None).await),
        "choose-audience"
    );
    assert_eq!(s.place(&s.brass, &hit, Some(room)).await, Ok(room));
    assert_eq!(s.place(&s.copper, &hit, None).await, Ok(room));
    assert_eq!(s.act(&s.brass, hit, Some(inner)).await, inner);
    let hit = s.seen(&s.anvil).await["hits"][0].clone();
    assert_eq!(
        (&hit["within"], &hit["target"]["id"]),
        (&json!(inner), &ship)
    );
    let acknowledge = json!({ "do": "acknowledge", "hit": hit["id"] });
    assert_eq!(s.act(&s.anvil, acknowledge, None).await, inner);
    assert_eq!(s.act(&s.brass, check, Some(inner)).await, inner);
    let asked = s.seen(&s.anvil).await["checks"][0].clone();
    let countries: Vec<_> = asked["answers"].as_array().unwrap().iter().collect();
    assert_eq!(countries.len(), 1, "only who sees it is asked: {asked}");
    let answer = json!({ "do": "check_answer", "check": asked["id"], "answer": "no_hit" });
    assert_eq!(s.act(&s.anvil, answer, None).await, inner);

    // The plan is the room's; what nobody sees is nowhere.
    let vote = json!({ "do": "call_vote" });
    assert_eq!(
        code(s.place(&s.anvil, &vote, Some(inner)).await),
        "rejected-room-only"
    );
    let strange = RoomId::from_bytes([9; 16]);
    let say = json!({ "do": "say", "text": "Hush" });
    assert_eq!(
        code(s.place(&s.anvil, &say, Some(strange)).await),
        "no-room"
    );
    assert_eq!(code(s.place(&s.copper, &say, Some(inner)).await), "no-room");
    assert_eq!(
        code(s.place(&s.copper, &sighting, None).await),
        "rejected-unknown-target"
    );
    let photo: TargetId = ship.as_str().unwrap().parse().unwrap();
    let share = move |chosen| {
        move |boards: Boards<'_>| {
            let place = Places::of(room, &boards).of_share(Some(photo), chosen);
            place.map_err(|failure| failure.code)
        }
    };
    let place = s.anvil.engine.boards(room, share(None)).await.unwrap();
    assert_eq!(place, Ok(inner));
    let place = s.anvil.engine.boards(room, share(Some(room))).await;
    assert_eq!(code(place.unwrap()), "other-audience");

    // Of all that the room has heard nothing.
    assert_eq!(s.act(&s.anvil, say, Some(inner)).await, inner);
    s.told("End").await;
    let heard = s.copper.engine.view(room, move |session| {
        let later = session.record_after(before);
        let kinds = later.map(|(.., event)| event.kind().to_owned());
        (kinds.collect::<Vec<_>>(), said(session))
    });
    let (kinds, words) = heard.await.unwrap();
    assert_eq!(kinds, ["say"], "{kinds:?}");
    assert!(words.iter().all(|(_, text)| text != "Hush"), "{words:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compartment_is_no_room_of_the_list_and_a_count_to_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let lorry =
        json!({ "do": "target", "kind": "vehicle", "name": "Lorry", "add_identifiers": [PLATE] });
    s.act(&s.anvil, lorry.clone(), None).await;
    s.act(&s.anvil, lorry, Some(s.inner)).await;
    for (text, place) in [("one", None), ("two", Some(s.inner)), ("three", None)] {
        let say = json!({ "do": "say", "text": text });
        s.act(&s.anvil, say, place).await;
    }
    let hit = json!({ "do": "hit", "identifier": PLATE });
    s.act(&s.anvil, hit, Some(s.inner)).await;

    let view = s.seen(&s.brass).await;
    assert_eq!(
        (&view["announced"], &view["unseen"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(view["targets"].as_array().unwrap().len(), 2);
    assert_eq!(view["compartments"][0]["countries"], json!(["AE", "JO"]));
    assert_eq!(
        view["compartments"][0]["seats"].as_array().unwrap().len(),
        2
    );
    assert!(
        !view["compartments"][0]["can"]
            .as_array()
            .unwrap()
            .contains(&json!("vote"))
    );
    let talk = view["talk"].as_array().unwrap().iter();
    let talk: Vec<_> = talk.map(|line| (&line["text"], &line["within"])).collect();
    let (null, inner) = (Value::Null, json!(s.inner));
    assert_eq!(
        talk,
        [
            (&json!("one"), &null),
            (&json!("two"), &inner),
            (&json!("three"), &null)
        ]
    );

    let has_all = |session: &Session| said(session).iter().any(|(_, text)| text == "three");
    let heard = s.copper.engine.until(s.room, has_all);
    within(heard).await.unwrap();
    let view = s.seen(&s.copper).await;
    assert_eq!(
        (&view["announced"], &view["unseen"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(view["compartments"], json!([]));
    assert_eq!(view["targets"].as_array().unwrap().len(), 1);

    for (member, compartments, hits) in [(&s.brass, 1, 1), (&s.copper, 0, 0)] {
        let shown = Shown {
            now_ms: now_ms(),
            ..Shown::default()
        };
        let all = member
            .engine
            .rooms(move |session| view::summary(session, shown));
        let list = serde_json::to_value(view::list(all.await.unwrap())).unwrap();
        have_shape(&list, "RoomSummary");
        assert_eq!(list.as_array().unwrap().len(), 1);
        let inner = list[0]["compartments"].as_array().unwrap();
        assert_eq!(inner.len(), compartments);
        for one in inner {
            has_shape(one, "InnerView");
        }
        assert_eq!(list[0]["hits_for_me"], json!(hits));
    }
}

/// The one target of a compartment, and the one of the room.
fn both(view: &Value) -> (Value, Value) {
    let targets = view["targets"].as_array().unwrap().iter();
    let (inner, room): (Vec<_>, Vec<_>) = targets.cloned().partition(|it| it["within"].is_string());
    assert_eq!((inner.len(), room.len()), (1, 1), "{view}");
    (inner[0].clone(), room[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_the_screen_goes_into_the_room_when_it_was_agreed_to() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let (room, inner) = (s.room, s.inner);
    let quay = json!({ "do": "target", "kind": "place", "name": "Quay" });
    s.act(&s.anvil, quay, None).await;
    let ship = json!({ "do": "target", "kind": "vessel", "name": "Ship", "owner": "AE", "notes": "A tip",
                       "add_identifiers": [PLATE] });
    s.act(&s.anvil, ship, Some(inner)).await;
    let before = s.told("Begin").await;
    let (ship, quay) = both(&s.seen(&s.anvil).await);
    let id = ship["id"].clone();
    let promote = |shown: &Value| json!({ "do": "promote", "target": id, "shown": shown });

    // Exactly what would be said is there before it is asked for; of what has changed since nothing goes.
    let preview = &ship["preview"];
    has_shape(preview, "PreviewView");
    has_shape(&preview["say"], "SayView");
    assert_eq!(preview["say"]["name"], "Ship");
    assert_eq!(preview["say"]["notes"], Value::Null);
    assert_eq!(quay["preview"], Value::Null);
    let rename = json!({ "do": "target", "target": id, "name": "Sea Lily" });
    s.act(&s.brass, rename, None).await;
    let old = promote(&preview["digest"]);
    assert_eq!(
        code(s.event(&s.anvil, &old, inner).await),
        "promotion-changed"
    );
    // Of the room's own nothing is to be promoted.
    let of_quay = json!({ "do": "promote", "target": quay["id"], "shown": preview["digest"] });
    assert_eq!(
        code(s.place(&s.anvil, &of_quay, None).await),
        "rejected-compartment-only"
    );
    let (ship, _) = both(&s.seen(&s.anvil).await);
    let wanted = promote(&ship["preview"]["digest"]);
    assert_eq!(
        code(s.place(&s.anvil, &wanted, Some(room)).await),
        "other-audience"
    );
    assert_eq!(s.act(&s.anvil, wanted, None).await, inner);

    // Its country's liaison may answer, and sees what; nobody says it before.
    let (ship, _) = both(&s.seen(&s.brass).await);
    have_shape(&ship["promotions"], "PromotionView");
    let promotion = ship["promotions"][0].clone();
    assert_eq!(promotion["say"]["name"], "Sea Lily");
    assert_eq!(promotion["may_answer"], true);
    let (asker, _) = both(&s.seen(&s.anvil).await);
    assert_eq!(asker["promotions"][0]["may_answer"], false);
    let shown = promotion["digest"].clone();
    let say = json!({ "do": "say_promoted", "target": id, "shown": shown });
    assert_eq!(
        code(s.event(&s.anvil, &say, room).await),
        "promotion-not-agreed"
    );
    let answer = |shown: &Value| json!({ "do": "answer_promotion", "target": id, "shown": shown, "agreed": true });
    let strange = answer(&json!("00".repeat(32)));
    assert_eq!(
        code(s.event(&s.brass, &strange, inner).await),
        "no-promotion"
    );
    assert_eq!(s.act(&s.brass, answer(&shown), None).await, inner);

    // To all of the room it goes if that was chosen, and not by itself.
    assert_eq!(code(s.place(&s.anvil, &say, None).await), "choose-audience");
    assert_eq!(
        code(s.place(&s.anvil, &say, Some(inner)).await),
        "other-audience"
    );
    assert_eq!(s.act(&s.anvil, say, Some(room)).await, room);
    let view = s.seen(&s.brass).await;
    let targets = view["targets"].as_array().unwrap();
    let known = targets.iter().find(|it| it["promoted"] == shown).unwrap();
    let inside = targets.iter().find(|it| it["id"] == id).unwrap();
    let promotion = &inside["promotions"][0];
    has_shape(&promotion["answer"], "PromotionAnswerView");
    has_shape(&promotion["said"], "PromotionSaidView");
    assert_eq!(promotion["said"]["target"], known["id"]);
    assert_eq!(known["notes"], "");

    // The one outside has one more target, and nothing of where it was.
    s.told("End").await;
    let view = s.seen(&s.copper).await;
    let targets = view["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 2);
    let known = targets.iter().find(|it| it["name"] == "Sea Lily").unwrap();
    assert_eq!(known["promotions"], json!([]));
    let later = s.copper.engine.view(room, move |session| {
        let later = session.record_after(before);
        let kinds = later.map(|(.., event)| event.kind().to_owned());
        kinds.collect::<Vec<_>>()
    });
    assert_eq!(later.await.unwrap(), ["target", "say"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_a_compartment_into_the_room_is_seen_by_who_sees_both() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let quay = json!({ "do": "target", "kind": "place", "name": "Quay" });
    s.act(&s.anvil, quay, None).await;
    let begin = s.told("Begin").await;
    let quay = s.seen(&s.anvil).await["targets"][0]["id"].clone();
    let ship = json!({ "do": "target", "kind": "vessel", "name": "Ship",
                       "add_links": [{ "to": quay, "relation": "berths at" }] });
    assert_eq!(s.act(&s.anvil, ship, Some(s.inner)).await, s.inner);
    let (ship, _) = both(&s.seen(&s.brass).await);
    let link = json!([{ "to": quay, "name": "Quay", "relation": "berths at" }]);
    assert_eq!(ship["links"], link);
    assert_eq!(s.told("End").await, begin + 1);
    let view = s.seen(&s.copper).await;
    assert_eq!(view["targets"].as_array().unwrap().len(), 1);
    assert_eq!(view["targets"][0]["links"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_compartment_sits_in_one_less() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let ship = json!({ "do": "target", "kind": "vessel", "name": "Ship" });
    s.act(&s.anvil, ship, Some(s.inner)).await;
    within(s.brass.engine.leave(s.inner)).await.unwrap();
    let gone = s
        .brass
        .engine
        .until(s.inner, |session| session.ended().is_some());
    within(gone).await.unwrap();
    let view = s.seen(&s.brass).await;
    assert_eq!(view["targets"], json!([]));
    assert_eq!(
        (&view["announced"], &view["unseen"]),
        (&json!(1), &json!(1))
    );
    // In the room it goes on; and who is alone has nobody to be let go by.
    let say = json!({ "do": "say", "text": "Still here" });
    s.act(&s.brass, say, None).await;
    let alone = within(s.anvil.engine.leave(s.inner)).await;
    assert!(matches!(
        alone,
        Err(EngineError::Session(SessionError::Alone))
    ));
    let view = s.seen(&s.anvil).await;
    assert_eq!(view["unseen"], json!(0));
    let seats = view["compartments"][0]["seats"].as_array().unwrap();
    assert_eq!(seats.len(), 1);
    assert_eq!(seats[0]["leaving"], false);
}
