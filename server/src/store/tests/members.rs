//! Who sits in a room: seats, welcomes, removals, and the end of it.

use super::*;

promises!(
    a_welcome_waits_with_its_tree_until_it_is_taken,
    who_was_removed_has_no_seat_and_the_place_of_it_is_known,
    a_closed_room_is_nobodys_and_keeps_no_welcomes,
    rooms_are_where_they_say,
    a_room_comes_back_with_its_proposals_and_lists,
);

const OTHER: DeviceId = DeviceId::from_bytes([7; 16]);

fn seat(device: DeviceId, since_seq: u64) -> Effect {
    Effect::Seat(SeatRecord {
        device,
        leaf: 1,
        since_seq,
        last_number: 0,
        last_seq: 0,
    })
}

/// A commit at `seq`, and what it does beside.
fn commit(seq: u64, more: Vec<Effect>) -> Vec<Effect> {
    let mut all = effects(seq);
    all.push(Effect::Group {
        epoch: seq,
        opens_at_ms: NOW,
        closes_at_ms: NOW + 2_000_000,
        shred_at_ms: NOW + 2_000_000,
        forget_at_ms: NOW + 3_000_000,
        group_info: vec![1; 3],
        ratchet_tree: seq.to_be_bytes().to_vec(),
    });
    all.extend(more);
    all
}

/// A room in which [`OTHER`] was seated by the second message.
async fn welcomed(kind: Kind) -> Scene {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    let more = vec![
        seat(OTHER, 2),
        Effect::Welcome {
            device: OTHER,
            seq: 2,
            welcome: b"welcome".to_vec(),
        },
    ];
    scene.store(1, commit(2, more)).await.unwrap();
    scene
}

impl Scene {
    async fn store(&self, base: u64, effects: Vec<Effect>) -> Result<(), StoreError> {
        self.store
            .store_effects(ROOM, Basis::Head(base), Arc::new(effects), NOW)
            .await
    }
}

async fn a_welcome_waits_with_its_tree_until_it_is_taken(kind: Kind) {
    let scene = welcomed(kind).await;
    let store = &scene.store;
    let waiting = store.welcomes(OTHER).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].room, waiting[0].seq), (ROOM, 2));
    assert_eq!(waiting[0].welcome.as_slice(), b"welcome");
    assert_eq!(waiting[0].ratchet_tree.as_slice(), 2_u64.to_be_bytes());
    assert_eq!(store.welcome_count(OTHER).await.unwrap(), 1);
    assert_eq!(store.waiting(OTHER).await.unwrap(), (0, 1));
    let found = store.waiting_welcomes(&[DEVICE, OTHER]).await.unwrap();
    assert_eq!(found, [(OTHER, ROOM, 2)]);
    assert!(store.welcomes(DEVICE).await.unwrap().is_empty());
    // The room goes on; the welcome keeps the tree of its own commit.
    scene.store(2, commit(3, Vec::new())).await.unwrap();
    let waiting = store.welcomes(OTHER).await.unwrap();
    assert_eq!(waiting[0].ratchet_tree.as_slice(), 2_u64.to_be_bytes());
    store.welcome_taken(OTHER, ROOM).await.unwrap();
    store.welcome_taken(OTHER, ROOM).await.unwrap();
    assert!(store.welcomes(OTHER).await.unwrap().is_empty());
    assert_eq!(scene.count("welcome_trees").await, 0);
}

async fn who_was_removed_has_no_seat_and_the_place_of_it_is_known(kind: Kind) {
    let scene = welcomed(kind).await;
    let gone = vec![Effect::Unseat {
        device: OTHER,
        seq: 3,
    }];
    scene.store(2, commit(3, gone)).await.unwrap();
    let store = &scene.store;
    assert_eq!(store.unseated(ROOM, 2).await.unwrap(), [(3, OTHER)]);
    assert!(store.unseated(ROOM, 3).await.unwrap().is_empty());
    assert!(store.rooms_of(OTHER).await.unwrap().is_empty());
    let seats = store.room(ROOM).await.unwrap().unwrap().record.seats;
    assert!(seats.iter().all(|seat| seat.device == DEVICE));
    // A welcome that was not taken leads nowhere now.
    assert!(store.welcomes(OTHER).await.unwrap().is_empty());
    assert_eq!(scene.count("welcome_trees").await, 0);
}

async fn a_closed_room_is_nobodys_and_keeps_no_welcomes(kind: Kind) {
    let scene = welcomed(kind).await;
    let store = &scene.store;
    let of_device = store.rooms_of(DEVICE).await.unwrap();
    assert_eq!(of_device.len(), 1);
    let summary = &of_device[0];
    assert_eq!((summary.room, summary.epoch, summary.head), (ROOM, 2, 2));
    assert_eq!(summary.closes_at_ms, NOW + 2_000_000);
    assert_eq!(summary.seats, 2);
    assert_eq!(store.open_room_count().await.unwrap(), 1);
    let overdue = |after| store.overdue_rooms(NOW + after);
    assert!(overdue(1_999_999).await.unwrap().is_empty());
    assert_eq!(overdue(2_000_000).await.unwrap(), [ROOM]);
    scene
        .store(2, vec![Effect::Closed { at_ms: NOW }])
        .await
        .unwrap();
    assert!(overdue(2_000_000).await.unwrap().is_empty());
    assert!(store.rooms_of(DEVICE).await.unwrap().is_empty());
    assert_eq!(store.open_room_count().await.unwrap(), 0);
    assert_eq!(store.welcome_count(OTHER).await.unwrap(), 0);
    assert_eq!(scene.count("welcome_trees").await, 0);
    assert!(store.room(ROOM).await.unwrap().unwrap().record.closed);
}

async fn rooms_are_where_they_say(kind: Kind) {
    let scene = welcomed(kind).await;
    let nowhere = RoomId::from_bytes([200; 16]);
    let asked = [nowhere, ROOM];
    let heads = || scene.store.heads(&asked);
    let head = |head, closed| Head {
        turn_above: None,
        room: ROOM,
        head,
        closed,
    };
    assert_eq!(heads().await.unwrap(), [head(2, false)]);
    scene.store_message(3).await.unwrap();
    assert_eq!(heads().await.unwrap(), [head(3, false)]);
    let closed = vec![Effect::Closed { at_ms: NOW }];
    scene.store(3, closed).await.unwrap();
    assert_eq!(heads().await.unwrap(), [head(3, true)]);
    assert!(scene.store.room(nowhere).await.unwrap().is_none());
}

async fn a_room_comes_back_with_its_proposals_and_lists(kind: Kind) {
    let scene = welcomed(kind).await;
    let proposal = |seq, epoch| {
        let mut all = effects(seq);
        if let Some(Effect::Append(message)) = all.first_mut() {
            message.kind = MessageKind::Proposal;
            message.epoch = epoch;
        }
        all
    };
    let list = |byte: u8| {
        let mut all = effects(u64::from(byte));
        all.push(Effect::Revocations {
            authority: AUTHORITY,
            list: vec![byte; 4],
        });
        all
    };
    // Of an epoch that is over, and of the one that is now.
    scene.store(2, proposal(3, 1)).await.unwrap();
    scene.store(3, proposal(4, 2)).await.unwrap();
    scene.store(4, list(5)).await.unwrap();
    scene.store(5, list(6)).await.unwrap();
    let record = scene.store.room(ROOM).await.unwrap().unwrap().record;
    assert_eq!(record.head, 6);
    assert_eq!(record.proposals, [4_u64.to_be_bytes()]);
    assert_eq!(record.revocations, [[6; 4]]);
}
