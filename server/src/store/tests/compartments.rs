//! Compartments: rooms that lie in another one.

use entente_protocol::limits;

use super::*;

promises!(
    a_compartment_comes_back_with_the_room_above_it,
    what_rests_on_an_old_turn_is_not_stored,
    a_room_has_so_many_compartments_and_no_more,
    out_of_the_room_is_out_of_its_compartments,
    the_end_of_the_room_is_that_of_its_compartments,
);

const INNER: RoomId = RoomId::from_bytes([7; 16]);
const OTHER: DeviceId = DeviceId::from_bytes([5; 16]);

fn within(turn: u64) -> Within {
    Within { parent: ROOM, turn }
}

fn group(epoch: u64, closes_at_ms: u64) -> Effect {
    Effect::Group {
        epoch,
        opens_at_ms: NOW,
        closes_at_ms,
        shred_at_ms: closes_at_ms + 1_000_000,
        forget_at_ms: closes_at_ms + 2_000_000,
        group_info: b"group info".to_vec(),
        ratchet_tree: b"tree".to_vec(),
    }
}

fn seat(device: DeviceId) -> Effect {
    Effect::Seat(SeatRecord {
        device,
        leaf: 1,
        since_seq: 1,
        last_number: 0,
        last_seq: 0,
    })
}

/// A commit at a place.
fn commit(seq: u64, more: Vec<Effect>) -> Vec<Effect> {
    let mut effects = effects(seq);
    if let Some(Effect::Append(message)) = effects.first_mut() {
        message.kind = MessageKind::Commit;
    }
    effects.push(group(seq, NOW + 1_000_000));
    effects.extend(more);
    effects
}

impl Scene {
    async fn put(
        &self,
        room: RoomId,
        basis: Basis,
        effects: Vec<Effect>,
    ) -> Result<(), StoreError> {
        let stored = self
            .store
            .store_effects(room, basis, Arc::new(effects), NOW);
        stored.await
    }
}

/// A room, and a compartment of it in which two sit.
async fn nested(kind: Kind) -> Scene {
    let scene = scene(kind, 1_000).await;
    let opening = [effects(1), vec![seat(OTHER)]].concat();
    scene.put(ROOM, Basis::New, opening).await.unwrap();
    let opening = [effects(1), vec![seat(OTHER)]].concat();
    scene
        .put(INNER, Basis::NewWithin(within(1)), opening)
        .await
        .unwrap();
    scene
}

async fn a_compartment_comes_back_with_the_room_above_it(kind: Kind) {
    let scene = nested(kind).await;
    let room = scene.store.room(ROOM).await.unwrap().unwrap().record;
    assert_eq!((room.parent, room.turn), (None, 1));
    let inner = scene.store.room(INNER).await.unwrap().unwrap().record;
    assert_eq!(inner.parent, Some(ROOM));
    let rooms = scene.store.rooms_of(DEVICE).await.unwrap();
    let rooms: Vec<_> = rooms.iter().map(|it| (it.room, it.parent)).collect();
    assert_eq!(rooms, [(ROOM, None), (INNER, Some(ROOM))]);
    let heads = scene.store.heads(&[ROOM, INNER]).await.unwrap();
    let turn = |room| heads.iter().find(|it| it.room == room).unwrap().turn_above;
    assert_eq!((turn(ROOM), turn(INNER)), (None, Some(1)));
}

async fn what_rests_on_an_old_turn_is_not_stored(kind: Kind) {
    let scene = nested(kind).await;
    // What is only said moves nothing.
    scene.put(ROOM, Basis::Head(1), effects(2)).await.unwrap();
    let basis = Basis::HeadWithin(1, within(1));
    scene.put(INNER, basis, effects(2)).await.unwrap();
    // The turn is the commit's place, also if more was stored with it.
    let batch = [commit(3, Vec::new()), effects(4)].concat();
    scene.put(ROOM, Basis::Head(2), batch).await.unwrap();
    assert_eq!(
        scene.store.room(ROOM).await.unwrap().unwrap().record.turn,
        3
    );
    for (head, turn, is_stored) in [(2, 1, false), (2, 4, false), (2, 3, true)] {
        let basis = Basis::HeadWithin(head, within(turn));
        let stored = scene.put(INNER, basis, effects(3)).await;
        assert_eq!(stored.is_ok(), is_stored, "{turn}: {stored:?}");
    }
    let fourth = RoomId::from_bytes([9; 16]);
    let late = scene
        .put(fourth, Basis::NewWithin(within(1)), effects(1))
        .await;
    assert!(matches!(late, Err(StoreError::Behind)), "{late:?}");
    assert!(scene.store.room(fourth).await.unwrap().is_none());
    let list = Effect::Revocations {
        authority: AUTHORITY,
        list: b"list".to_vec(),
    };
    let revoked = [effects(5), vec![list]].concat();
    scene.put(ROOM, Basis::Head(4), revoked).await.unwrap();
    let basis = Basis::HeadWithin(3, within(3));
    assert!(scene.put(INNER, basis, effects(4)).await.is_err());
    let page = scene.store.page(INNER, 0, 100).await.unwrap();
    assert_eq!(page.len(), 3);
}

async fn a_room_has_so_many_compartments_and_no_more(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    let open = |number: u32| {
        let id = RoomId::from_bytes([u8::try_from(number).unwrap() + 0x20; 16]);
        scene.put(id, Basis::NewWithin(within(1)), effects(1))
    };
    // At once: each hub counts.
    let opened = futures_util::future::join_all((0..limits::MAX_COMPARTMENTS + 3).map(open)).await;
    let refused = opened
        .iter()
        .filter(|it| matches!(it, Err(StoreError::TooManyCompartments)));
    assert_eq!(refused.count(), 3);
    assert_eq!(
        scene.count("rooms").await,
        1 + i64::from(limits::MAX_COMPARTMENTS)
    );
}

async fn out_of_the_room_is_out_of_its_compartments(kind: Kind) {
    let scene = nested(kind).await;
    let welcome = Effect::Welcome {
        device: OTHER,
        seq: 2,
        welcome: b"welcome".to_vec(),
    };
    let basis = Basis::HeadWithin(1, within(1));
    let added = commit(2, vec![seat(OTHER), welcome]);
    scene.put(INNER, basis, added).await.unwrap();
    assert_eq!(scene.store.welcomes(OTHER).await.unwrap().len(), 1);
    let out = vec![Effect::Unseat {
        device: OTHER,
        seq: 2,
    }];
    scene
        .put(ROOM, Basis::Head(1), commit(2, out))
        .await
        .unwrap();
    assert!(scene.store.welcomes(OTHER).await.unwrap().is_empty());
    assert!(scene.store.rooms_of(OTHER).await.unwrap().is_empty());
    assert_eq!(scene.store.rooms_of(DEVICE).await.unwrap().len(), 2);
}

async fn the_end_of_the_room_is_that_of_its_compartments(kind: Kind) {
    let scene = nested(kind).await;
    let sooner = NOW + 500;
    let mut amended = effects(2);
    amended.push(group(2, sooner));
    scene.put(ROOM, Basis::Head(1), amended).await.unwrap();
    let overdue = scene.store.overdue_rooms(sooner).await.unwrap();
    assert!(overdue.contains(&ROOM) && overdue.contains(&INNER));
    let inner = scene.store.rooms_of(DEVICE).await.unwrap();
    let inner = inner.iter().find(|it| it.room == INNER).unwrap();
    assert_eq!((inner.epoch, inner.closes_at_ms), (0, sooner));
    // Once the room is closed nothing is said in a compartment, but that it closes too.
    let closed = || vec![Effect::Closed { at_ms: sooner }];
    scene.put(ROOM, Basis::Head(2), closed()).await.unwrap();
    let basis = Basis::HeadWithin(1, within(2));
    assert!(scene.put(INNER, basis, effects(2)).await.is_err());
    scene.put(INNER, basis, closed()).await.unwrap();
    let due = scene.store.due(sooner + 1_000_000, 10).await.unwrap();
    assert_eq!(due.len(), 2);
    scene.store.verify_audit().await.unwrap();
}
