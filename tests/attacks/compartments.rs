//! A member of a compartment carries what it knows there into the room, where nobody agreed to it. No board can know that
//! it is the same; the other members' devices do, and say whose doing it was.

use entente_client::engine::{EngineEvent, Wish};
use entente_protocol::RoomId;
use entente_room::{
    Event, Notice, PromotionWanted, SecurityEvent, Session, TargetChange, TargetId, TargetKind,
};
use entente_tests::{Cast, HubProcess, Member, within};
use entente_trust::Role;
use tokio::sync::broadcast::Receiver;

use crate::stage::{CLASSIC, event};

const HERE: TargetId = TargetId::from_bytes([1; 16]);
const THERE: TargetId = TargetId::from_bytes([9; 16]);
const PLATE: &str = "plate:JO 14-83921";

/// A room of three countries with a compartment of two; Bellows answers for what is in it, Anvil is of the other country and
/// does not keep it to itself, Copper sits outside.
struct Scene {
    _folder: tempfile::TempDir,
    _hub: HubProcess,
    anvil: Member,
    bellows: Member,
    copper: Member,
    room: RoomId,
    inner: RoomId,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE", "CI"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("AE", "Bellows", Role::Liaison).await;
    let copper = cast.member("CI", "Copper", Role::Liaison).await;
    let room = cast.open_room(&anvil, &[&bellows, &copper], CLASSIC).await;
    let countries = ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec();
    let inner = within(anvil.engine.open_compartment(room, countries)).await;
    let inner = inner.unwrap();
    let wish = Wish::Admit(vec![bellows.identity.device()]);
    within(anvil.engine.commit(inner, wish)).await.unwrap();
    let ready = bellows.engine.until(inner, Session::is_board_ready);
    within(ready).await.unwrap();
    let hidden = Event::Target(vehicle(HERE));
    within(bellows.engine.say(inner, hidden)).await.unwrap();
    let known = anvil
        .engine
        .until(inner, |session| session.board().target(HERE).is_some());
    within(known).await.unwrap();
    Scene {
        _folder: folder,
        _hub: hub,
        anvil,
        bellows,
        copper,
        room,
        inner,
    }
}

fn vehicle(target: TargetId) -> TargetChange {
    TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("the lorry".into()),
        add_identifiers: vec![PLATE.parse().unwrap()],
        ..TargetChange::of(target)
    }
}

fn alarms(event: &EngineEvent) -> bool {
    matches!(
        event,
        EngineEvent::Room {
            notice: Notice::Security { .. },
            ..
        }
    )
}

/// Whoever said it, and where in the room's order.
struct Leak<'a> {
    by: &'a Member,
    place: u64,
    heard: (Receiver<EngineEvent>, Receiver<EngineEvent>),
}

impl Scene {
    /// Says something in the room while Bellows and Copper listen.
    async fn leak<'a>(&self, by: &'a Member, event: Event) -> Leak<'a> {
        let heard = (self.bellows.engine.events(), self.copper.engine.events());
        let place = within(by.engine.say(self.room, event)).await.unwrap();
        Leak { by, place, heard }
    }
}

/// Bellows hears of it, of the place and of whose connection it came; who sits outside does not.
async fn is_told(leak: Leak<'_>, wanted: RoomId) {
    let (inside, mut outside) = leak.heard;
    let EngineEvent::Room { room, notice } = event(inside, alarms).await else {
        unreachable!()
    };
    assert_eq!(room, wanted);
    let Notice::Security {
        device, security, ..
    } = notice
    else {
        unreachable!()
    };
    let place = leak.place;
    assert_eq!(security, SecurityEvent::Unagreed { place });
    assert_eq!(device, leak.by.identity.device());
    while let Ok(event) = outside.try_recv() {
        assert!(!alarms(&event), "{event:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compartments_target_said_in_the_room_without_agreement() {
    let s = scene().await;
    let leak = s.leak(&s.anvil, Event::Target(vehicle(THERE))).await;
    is_told(leak, s.inner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_said_that_the_country_refused() {
    let s = scene().await;
    let say = vehicle(THERE);
    let digest = say.promotion_digest();
    let wanted = PromotionWanted {
        target: HERE,
        say: say.clone(),
    };
    within(s.anvil.engine.say(s.inner, Event::Promote(wanted)))
        .await
        .unwrap();
    let asked = s
        .bellows
        .engine
        .until(s.inner, move |it| it.board().promotion(&digest).is_some());
    within(asked).await.unwrap();
    let no = Session::answer_promotion(digest, false);
    within(s.bellows.engine.say(s.inner, no)).await.unwrap();
    let leak = Event::Target(TargetChange {
        promoted: Some(digest),
        ..say
    });
    let leak = s.leak(&s.anvil, leak).await;
    is_told(leak, s.inner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_invented_by_somebody_outside() {
    let s = scene().await;
    let mut invented = TargetChange {
        add_identifiers: vec!["plate:JO 99-99999".parse().unwrap()],
        ..vehicle(THERE)
    };
    invented.promoted = Some(invented.promotion_digest());
    let leak = s.leak(&s.copper, Event::Target(invented)).await;
    // It is no affair of the compartment's: nobody has broken its word there.
    is_told(leak, s.room).await;
}
