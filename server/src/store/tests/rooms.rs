//! Rooms and their logs.

use std::time::Duration;

use entente_protocol::limits;

use super::*;

/// Looks for what is done a moment later, and the pause between two.
const LOOKS: u32 = 1_000;
const PAUSE: Duration = Duration::from_millis(10);

promises!(
    messages_come_back_in_order_and_after_a_restart,
    only_so_many_messages_stay,
    a_room_id_is_taken_once,
    a_failed_transaction_keeps_nothing,
    a_refusal_leaves_its_neighbours_alone,
    pages_have_no_gaps_while_messages_come_in,
    what_rests_on_an_old_head_is_not_stored,
    of_two_commits_at_one_place_one_is_stored,
    a_closed_room_takes_nothing_more,
    long_pages_are_cut,
    a_seat_knows_what_it_has_said_last,
    of_many_rooms_only_the_one_that_is_behind_is_refused,
    what_rests_on_a_failed_batch_is_not_stored,
);

async fn messages_come_back_in_order_and_after_a_restart(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    for seq in 1..=10 {
        scene.store_message(seq).await.unwrap();
    }
    assert_eq!(scene.sequence(0).await, (1..=10).collect::<Vec<_>>());
    assert_eq!(scene.sequence(7).await, [8, 9, 10]);
    scene.store.close().await;
    let again = Store::open(&scene.url, 1_000).await.unwrap();
    let stored = again.room(ROOM).await.unwrap().unwrap();
    assert_eq!(stored.record.head, 10);
    assert_eq!(stored.record.seats[0].last_number, 10);
    assert_eq!(
        again.place_of(ROOM, DEVICE, 4).await.unwrap(),
        Some((4, NOW + 4))
    );
    assert_eq!(again.place_of(ROOM, DEVICE, 11).await.unwrap(), None);
    // In a new seat a device counts from the beginning: the newest of that number is meant.
    let mut said = effects(11);
    if let Some(Effect::Append(message)) = said.first_mut() {
        message.number = 4;
    }
    again
        .store_effects(ROOM, Basis::Head(10), Arc::new(said), NOW)
        .await
        .unwrap();
    let place = again.place_of(ROOM, DEVICE, 4).await.unwrap();
    assert_eq!(place, Some((11, NOW + 11)));
}

async fn only_so_many_messages_stay(kind: Kind) {
    let scene = scene(kind, 4).await;
    for seq in 1..=20 {
        scene.store_message(seq).await.unwrap();
    }
    // Where nobody waits for it, what is old goes a moment later; what is promised is there all the time.
    for look in 1.. {
        let kept = scene.sequence(0).await;
        assert_eq!(kept.last(), Some(&20));
        assert!(kept.len() >= 4, "{kept:?}");
        let is_cut = kept.len() <= 8 && scene.store.oldest(ROOM).await.unwrap() == kept[0];
        if is_cut {
            break;
        }
        assert!(scene.store.is_shared() && look < LOOKS, "{kept:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn a_room_id_is_taken_once(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    scene.store_message(2).await.unwrap();
    assert!(matches!(
        scene.store_message(1).await,
        Err(StoreError::RoomExists)
    ));
    assert_eq!(scene.sequence(0).await, [1, 2]);
}

/// The disk says no in the middle of a transaction: nothing of it is kept, the next one is.
async fn a_failed_transaction_keeps_nothing(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    scene
        .tamper(match kind {
            Kind::Sqlite => {
                "CREATE TRIGGER no_third BEFORE INSERT ON messages WHEN NEW.seq = 3 \
                 BEGIN SELECT RAISE(ABORT, 'disk'); END"
            }
            Kind::Postgres => {
                "CREATE FUNCTION no() RETURNS trigger AS 'BEGIN RAISE ''disk''; END' \
                 LANGUAGE plpgsql; CREATE TRIGGER no_third BEFORE INSERT ON messages FOR EACH ROW \
                 WHEN (NEW.seq = 3) EXECUTE FUNCTION no()"
            }
        })
        .await;
    let two_at_once = [effects(2), effects(3)].concat();
    let failed = scene
        .store
        .store_effects(ROOM, Basis::Head(1), Arc::new(two_at_once.clone()), NOW)
        .await;
    assert!(failed.is_err());
    assert_eq!(scene.sequence(0).await, [1]);
    assert_eq!(
        scene.store.room(ROOM).await.unwrap().unwrap().record.head,
        1
    );
    scene
        .tamper(match kind {
            Kind::Sqlite => "DROP TRIGGER no_third",
            Kind::Postgres => "DROP TRIGGER no_third ON messages",
        })
        .await;
    scene
        .store
        .store_effects(ROOM, Basis::Head(1), Arc::new(two_at_once), NOW)
        .await
        .unwrap();
    assert_eq!(scene.sequence(0).await, [1, 2, 3]);
    scene.store.verify_audit().await.unwrap();
}

/// Jobs that share a transaction: a refusal of one is not the trouble of another.
async fn a_refusal_leaves_its_neighbours_alone(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    let (good, taken, other) = tokio::join!(
        scene.store_message(2),
        scene.store_message(1),
        scene.store.post_enrolment(request(1, 1), NOW)
    );
    good.unwrap();
    assert!(matches!(taken, Err(StoreError::RoomExists)));
    other.unwrap();
    assert_eq!(scene.sequence(0).await, [1, 2]);
}

/// Resuming while others talk: pages and what is new join without a gap.
async fn pages_have_no_gaps_while_messages_come_in(kind: Kind) {
    const MESSAGES: u64 = 600;
    let scene = scene(kind, 10_000).await;
    scene.store_message(1).await.unwrap();
    let writing = async {
        for seq in 2..=MESSAGES {
            scene.store_message(seq).await.unwrap();
        }
    };
    let reading = async {
        let mut seen = Vec::new();
        while seen.len() < usize::try_from(MESSAGES).unwrap() {
            let after = seen.last().copied().unwrap_or(0);
            seen.extend(scene.sequence(after).await);
        }
        seen
    };
    let ((), seen) = tokio::join!(writing, reading);
    assert_eq!(seen, (1..=MESSAGES).collect::<Vec<_>>());
}

/// A plain message, and effects that need more than an append.
fn both_ways(seq: u64) -> [Vec<Effect>; 2] {
    let group = Effect::Group {
        epoch: seq,
        opens_at_ms: NOW,
        closes_at_ms: NOW + 1_000_000,
        shred_at_ms: NOW + 2_000_000,
        forget_at_ms: NOW + 3_000_000,
        group_info: seq.to_be_bytes().to_vec(),
        ratchet_tree: b"tree".to_vec(),
    };
    [effects(seq), [effects(seq), vec![group]].concat()]
}

async fn what_rests_on_an_old_head_is_not_stored(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    for seq in 1..=3 {
        scene.store_message(seq).await.unwrap();
    }
    let entries = scene.store.verify_audit().await.unwrap();
    for base in [1, 2, 4] {
        for effects in both_ways(base + 1) {
            let basis = Basis::Head(base);
            let stored = scene
                .store
                .store_effects(ROOM, basis, Arc::new(effects), NOW);
            assert!(matches!(stored.await, Err(StoreError::Behind)), "{base}");
        }
    }
    assert_eq!(scene.sequence(0).await, [1, 2, 3]);
    let record = scene.store.room(ROOM).await.unwrap().unwrap().record;
    assert_eq!(
        (record.head, record.group_info),
        (3, b"group info".to_vec())
    );
    assert_eq!(record.seats[0].last_number, 3);
    assert_eq!(scene.store.verify_audit().await.unwrap(), entries);
    scene.store_message(4).await.unwrap();
}

/// Two stores on one database, as two hubs have them.
async fn of_two_commits_at_one_place_one_is_stored(kind: Kind) {
    const ROUNDS: u64 = 40;
    let scene = scene(kind, 1_000).await;
    let other = Store::open(&scene.url, 1_000).await.unwrap();
    scene.store_message(1).await.unwrap();
    for base in 1..=ROUNDS {
        let [plain, commit] = both_ways(base + 1);
        let (mine, theirs) = if base % 2 == 0 {
            (plain, commit)
        } else {
            (commit.clone(), commit)
        };
        let basis = Basis::Head(base);
        let (one, two) = tokio::join!(
            scene.store.store_effects(ROOM, basis, Arc::new(mine), NOW),
            other.store_effects(ROOM, basis, Arc::new(theirs), NOW)
        );
        let behind = [&one, &two]
            .into_iter()
            .filter(|result| matches!(result, Err(StoreError::Behind)))
            .count();
        assert_eq!(behind, 1, "{one:?} {two:?}");
        assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    }
    assert_eq!(
        scene.sequence(0).await,
        (1..=ROUNDS + 1).collect::<Vec<_>>()
    );
    scene.store.verify_audit().await.unwrap();
}

async fn a_closed_room_takes_nothing_more(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    let close = || {
        let closed = Arc::new(vec![Effect::Closed { at_ms: NOW }]);
        scene.store.store_effects(ROOM, Basis::Head(1), closed, NOW)
    };
    close().await.unwrap();
    for effects in both_ways(2) {
        let stored = scene
            .store
            .store_effects(ROOM, Basis::Head(1), Arc::new(effects), NOW);
        assert!(matches!(stored.await, Err(StoreError::Behind)));
    }
    assert!(matches!(close().await, Err(StoreError::Behind)));
    assert_eq!(scene.head().await, 1);
    let overdue = scene.store.overdue_rooms(NOW + 2_000_000).await.unwrap();
    assert!(overdue.is_empty());
}

async fn long_pages_are_cut(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    let messages = limits::HISTORY_PAGE_MESSAGES as u64 + 10;
    scene.store_message(1).await.unwrap();
    let many = (2..=messages).flat_map(effects).collect();
    scene
        .store
        .store_effects(ROOM, Basis::Head(1), Arc::new(many), NOW)
        .await
        .unwrap();
    let page = scene.sequence(5).await;
    assert_eq!(page.len(), limits::HISTORY_PAGE_MESSAGES);
    assert_eq!(page[0], 6);
    let few = scene.store.page(ROOM, 5, 7).await.unwrap();
    assert_eq!(few.iter().map(|one| one.seq).collect::<Vec<_>>(), [6, 7]);
}

/// What a seat has said last is known whatever was written with it, and whatever of it is pruned: of who speaks, of
/// who has been silent for long, and of who came back to a seat.
async fn a_seat_knows_what_it_has_said_last(kind: Kind) {
    const KEEP: u64 = 600;
    const SILENT: DeviceId = DeviceId::from_bytes([201; 16]);
    const BACK: DeviceId = DeviceId::from_bytes([202; 16]);
    let scene = scene(kind, KEEP).await;
    let said = |sender: DeviceId, seq: u64, number: u64, since_seq: u64| {
        let mut effects = effects(seq);
        if let [Effect::Append(message), Effect::Seat(seat), ..] = &mut effects[..] {
            (message.sender, message.number) = (sender, number);
            (seat.device, seat.last_number, seat.since_seq) = (sender, number, since_seq);
        }
        effects
    };
    let seat = |device: DeviceId, since_seq: u64| {
        Effect::Seat(SeatRecord {
            device,
            leaf: 1,
            since_seq,
            last_number: 0,
            last_seq: 0,
        })
    };
    scene.store_message(1).await.unwrap();
    let mut head = 1;
    let mut store = async |effects: Vec<Effect>| {
        let basis = Basis::Head(head);
        head += 1;
        let stored = scene
            .store
            .store_effects(ROOM, basis, Arc::new(effects), NOW);
        stored.await.unwrap();
        head
    };
    let known = async || {
        let record = scene.store.room(ROOM).await.unwrap().unwrap().record;
        let mut seats: Vec<_> = record
            .seats
            .iter()
            .map(|seat| (seat.device, seat.last_number, seat.last_seq))
            .collect();
        seats.sort();
        seats
    };
    // Two more sit down with a commit, and each says something.
    let commit = |seq: u64, more: Vec<Effect>| [both_ways(seq)[1].clone(), more].concat();
    store(commit(2, vec![seat(SILENT, 2), seat(BACK, 2)])).await;
    store(said(SILENT, 3, 40, 2)).await;
    store(said(BACK, 4, 90, 2)).await;
    let before = [(DEVICE, 2, 2), (SILENT, 40, 3), (BACK, 90, 4)];
    assert_eq!(known().await, before);
    // One leaves and comes back: what it said before is not of this seat.
    let unseat = Effect::Unseat {
        device: BACK,
        seq: 5,
    };
    store(commit(5, vec![unseat])).await;
    store(commit(6, vec![seat(BACK, 6)])).await;
    assert_eq!(
        known().await,
        [(DEVICE, 6, 6), (SILENT, 40, 3), (BACK, 0, 0)]
    );
    // Another one says something more, and then one speaks on and on, until that is pruned.
    store(said(SILENT, 7, 41, 2)).await;
    for seq in 8..=2 * KEEP + 700 {
        store(said(DEVICE, seq, seq, 1)).await;
        if seq % 400 == 0 {
            assert_eq!(
                known().await,
                [(DEVICE, seq, seq), (SILENT, 41, 7), (BACK, 0, 0)]
            );
        }
    }
    assert!(scene.store.oldest(ROOM).await.unwrap() > 7);
    let head = scene.head().await;
    assert_eq!(
        known().await,
        [(DEVICE, head, head), (SILENT, 41, 7), (BACK, 0, 0)]
    );
    store(said(BACK, head + 1, 1, 6)).await;
    let after = [(DEVICE, head, head), (SILENT, 41, 7), (BACK, 1, head + 1)];
    assert_eq!(known().await, after);
}

/// Plain messages of many rooms share statements; still each room stands for itself.
async fn of_many_rooms_only_the_one_that_is_behind_is_refused(kind: Kind) {
    const ROOMS: u8 = 20;
    let scene = scene(kind, 1_000).await;
    let rooms: Vec<RoomId> = (0..ROOMS)
        .map(|number| RoomId::from_bytes([100 + number; 16]))
        .collect();
    let store = |room: RoomId, basis: Basis, seq: u64| {
        scene
            .store
            .store_effects(room, basis, Arc::new(effects(seq)), NOW)
    };
    for room in &rooms {
        store(*room, Basis::New, 1).await.unwrap();
    }
    let writes = rooms.iter().enumerate().map(|(index, room)| {
        let base = if index == 7 { 5 } else { 1 };
        store(*room, Basis::Head(base), base + 1)
    });
    let written = futures_util::future::join_all(writes).await;
    for (index, (room, written)) in rooms.iter().zip(written).enumerate() {
        let is_behind = matches!(written, Err(StoreError::Behind));
        assert_eq!(is_behind, index == 7, "{index} {written:?}");
        let record = scene.store.room(*room).await.unwrap().unwrap().record;
        let head = if index == 7 { 1 } else { 2 };
        assert_eq!((record.head, record.seats[0].last_number), (head, head));
        let page = scene.store.page(*room, 0, 100).await.unwrap();
        assert_eq!(page.len() as u64, head);
    }
}

/// A room goes on deciding while the disk works: what it decided on top of something that was not
/// stored is not stored either, in whatever transaction it comes.
async fn what_rests_on_a_failed_batch_is_not_stored(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    scene.store_message(1).await.unwrap();
    scene
        .tamper(match kind {
            Kind::Sqlite => {
                "CREATE TRIGGER no_message BEFORE INSERT ON messages WHEN NEW.seq = 2 \
                 BEGIN SELECT RAISE(ABORT, 'disk'); END"
            }
            Kind::Postgres => {
                "CREATE FUNCTION no() RETURNS trigger AS 'BEGIN RAISE ''disk''; END' \
                 LANGUAGE plpgsql; CREATE TRIGGER no_message BEFORE INSERT ON messages FOR EACH ROW \
                 WHEN (NEW.seq = 2) EXECUTE FUNCTION no()"
            }
        })
        .await;
    let (failed, after) = tokio::join!(scene.store_message(2), scene.store_message(3));
    assert!(failed.is_err() && after.is_err(), "{failed:?} {after:?}");
    assert!(matches!(
        scene.store_message(3).await,
        Err(StoreError::Behind)
    ));
    assert_eq!(scene.sequence(0).await, [1]);
    assert_eq!(scene.head().await, 1);
}
