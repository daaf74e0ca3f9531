//! Who is known, and asks for too much.

use entente_protocol::{
    BlobId, ClientControl, ClientFrame, CommitBundle, ErrorCode, HubControl, HubFrame, PutBlob,
    RoomId, TakeKeyPackages, limits,
};
use entente_room::Session;
use entente_tests::{FIN, Plain, Raw, masked, opcode};
use entente_trust::Role;
use tokio_tungstenite::tungstenite::Message;

use super::{HALF_OF_WHAT_IS_TOO_MUCH, POLICY, Scene, TOO_MUCH, limited};
use crate::CLASSIC;

#[tokio::test(flavor = "multi_thread")]
async fn pings_count_like_everything_else() {
    let scene = Scene::set(&[]).await;
    let ping = masked(FIN | opcode::PING, b"x");
    let mut stranger = Plain::connect(scene.hub.address).await;
    stranger.challenged().await;
    stranger
        .send(&ping.repeat(limits::MAX_GREETING_PINGS as usize + 1))
        .await;
    assert_eq!(stranger.close_code().await, Some(POLICY));

    let (_, identity) = scene.cast.enrol("JO", "Pinger", Role::Field).await;
    let mut known = Plain::greet(&scene.hub, &identity).await;
    known
        .send(&ping.repeat(10 * limits::MESSAGE_BURST_PER_DEVICE as usize))
        .await;
    let told = loop {
        match known.frame().await.expect("it is told") {
            (opcode::PONG, _) => {}
            (opcode::TEXT, text) => break String::from_utf8(text).unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let HubControl::Refused { code, detail, .. } = HubControl::decode(&told).unwrap() else {
        panic!("{told}")
    };
    assert_eq!(code, ErrorCode::RateLimited);
    assert_eq!(detail.as_deref(), Some("MESSAGES_PER_SECOND_PER_DEVICE"));
    assert_eq!(known.close_code().await, Some(POLICY));
    scene.is_within_memory();
    scene.talk("after").await;
}

/// A member that sends commits that are none: most are not even looked at, and no epoch ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_commits() {
    let count = limits::COMMIT_BURST_PER_DEVICE as usize + TOO_MUCH;
    let scene = Scene::set(&[]).await;
    let insider = scene.insider().await;
    let epoch = scene
        .anvil
        .engine
        .view(scene.room, Session::epoch)
        .await
        .unwrap();
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    for number in 0..count {
        raw.frame(&ClientFrame::Commit(CommitBundle {
            request: number as u32,
            room: scene.room,
            number: 1_000 + number as u64,
            commit: vec![7; 1_000].into(),
            welcome: None,
            group_info: vec![7; 1_000].into(),
        }))
        .await;
    }
    let is_refused_as_none = |message: &Message| {
        let Message::Text(text) = message else {
            return false;
        };
        matches!(
            HubControl::decode(text).unwrap(),
            HubControl::Refused { code, .. } if code != ErrorCode::RateLimited
        )
    };
    let limit = "COMMITS_PER_SECOND_PER_DEVICE";
    let limited = limited(&mut raw, count, limit, is_refused_as_none).await;
    assert!(
        (1..=HALF_OF_WHAT_IS_TOO_MUCH).contains(&limited),
        "{limited}"
    );
    assert_eq!(
        scene
            .anvil
            .engine
            .view(scene.room, Session::epoch)
            .await
            .unwrap(),
        epoch
    );
    scene.is_within_memory();
    scene.talk("after").await;
}

/// One authority's devices can't use up what others need to invite somebody.
#[tokio::test(flavor = "multi_thread")]
async fn key_packages_can_not_be_drained() {
    let scene = Scene::set(&[]).await;
    let (_, drainer) = scene.cast.enrol("AE", "Drainer", Role::Liaison).await;
    let (_, honest) = scene.cast.enrol("JO", "Honest", Role::Liaison).await;
    let victim = scene.cast.member("JO", "Victim", Role::Field).await;
    victim.engine.stop().await;
    let take = |request| {
        ClientFrame::TakeKeyPackages(TakeKeyPackages {
            request,
            ciphersuite: CLASSIC,
            devices: vec![victim.identity.device()],
        })
    };
    let mut raw = Raw::greet(&scene.hub, &drainer).await;
    let mut packages = Vec::new();
    for request in 0..3 * limits::KEY_PACKAGES_PER_TAKER_AND_HOUR {
        raw.frame(&take(request)).await;
        packages.push(taken(&mut raw).await);
    }
    let last_resort = packages.last().unwrap().clone();
    let once = packages.iter().filter(|it| **it != last_resort).count();
    assert!(
        once <= limits::KEY_PACKAGES_PER_TAKER_AND_HOUR as usize,
        "{once}"
    );
    // Another device of the same authority gets the last resort too, one of another authority what is meant for it.
    let (_, accomplice) = scene.cast.enrol("AE", "Accomplice", Role::Liaison).await;
    let mut raw = Raw::greet(&scene.hub, &accomplice).await;
    raw.frame(&take(1)).await;
    assert_eq!(taken(&mut raw).await, last_resort);
    let mut raw = Raw::greet(&scene.hub, &honest).await;
    raw.frame(&take(1)).await;
    assert_ne!(taken(&mut raw).await, last_resort);
    scene.talk("after").await;
}

async fn taken(raw: &mut Raw) -> Vec<u8> {
    let Message::Binary(bytes) = raw.next().await else {
        panic!("key packages")
    };
    match HubFrame::decode(&bytes).unwrap() {
        HubFrame::KeyPackages(reply) => reply.key_packages[0].key_package.as_slice().to_vec(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_blobs() {
    let count = limits::BLOB_CHUNK_BURST_PER_DEVICE as usize + 100;
    // The limit of chunks is the one to be met.
    let scene = Scene::set(&["--messages-per-second", "100000"]).await;
    let insider = scene.insider().await;
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    // Some are stored; the rest is for a room that is not there, which is known faster than a disk can be written.
    let elsewhere = RoomId::from_bytes([9; 16]);
    for number in 0..count {
        let mut blob = [0; 16];
        blob[..8].copy_from_slice(&(number as u64).to_be_bytes());
        raw.frame(&ClientFrame::PutBlob(PutBlob {
            request: number as u32,
            room: if number < 8 { scene.room } else { elsewhere },
            blob: BlobId::from_bytes(blob),
            chunks: 1,
            chunk: 0,
            bytes: vec![7].into(),
        }))
        .await;
    }
    let is_answered = |message: &Message| {
        let Message::Text(text) = message else {
            return false;
        };
        matches!(
            HubControl::decode(text).unwrap(),
            HubControl::BlobStored { stored: 1, .. }
                | HubControl::Refused {
                    code: ErrorCode::NoSeat,
                    ..
                }
        )
    };
    let limit = "BLOB_CHUNKS_PER_SECOND_PER_DEVICE";
    assert!(limited(&mut raw, count, limit, is_answered).await > 0);
    scene.is_within_memory();
    scene.talk("after").await;
}

/// Large answers are few, and one who does not take them is not asked what else it wants.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_much_and_takes_nothing_gets_little() {
    let asked = limits::LARGE_ANSWER_BURST_PER_DEVICE as usize + TOO_MUCH;
    let scene = Scene::set(&[]).await;
    let insider = scene.insider().await;
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    for request in 0..asked {
        let directory = ClientControl::Directory {
            request: request as u32,
            country: None,
        };
        raw.send(Message::Text(directory.encode().into())).await;
    }
    let is_directory = |message: &Message| matches!(message, Message::Binary(_));
    let limit = "LARGE_ANSWERS_PER_SECOND_PER_DEVICE";
    let limited = limited(&mut raw, asked, limit, is_directory).await;
    assert!(
        (1..=HALF_OF_WHAT_IS_TOO_MUCH).contains(&limited),
        "{limited}"
    );

    // A photo of two chunks, wanted two hundred times and never read: 50 MB, of which the hub keeps few.
    let mut plain = Plain::greet(&scene.hub, &insider).await;
    let blob = BlobId::from_bytes([9; 16]);
    for (chunk, size) in [(0, limits::BLOB_CHUNK_BYTES), (1, 1)] {
        let put = ClientFrame::PutBlob(PutBlob {
            request: chunk,
            room: scene.room,
            blob,
            chunks: 2,
            chunk,
            bytes: vec![7; size].into(),
        });
        plain
            .send(&masked(FIN | opcode::BINARY, &put.encode().unwrap()))
            .await;
        assert!(matches!(
            plain.control().await,
            HubControl::BlobStored { .. }
        ));
    }
    let get = |request| ClientControl::GetBlob {
        request,
        room: scene.room,
        blob,
        chunk: 0,
    };
    for request in 0..200 {
        plain
            .send(&masked(
                FIN | opcode::TEXT,
                get(request).encode().as_bytes(),
            ))
            .await;
    }
    scene.talk("while it takes nothing").await;
    scene.is_within_memory();
}
