//! Photos and documents: sealed on the device, resumed where they stopped, opaque to the hub.

use std::path::Path;

use entente_client::documents::{DocumentError, Share, fetch, share};
use entente_client::engine::{EngineError, Wish};
use entente_protocol::ErrorCode;
use entente_tests::{Bucket, Cast, HubProcess, within};
use entente_trust::Role;

use crate::CLASSIC;

/// Bytes that look like nothing and hold a marker here and there.
fn film(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = Vec::with_capacity(size);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_be_bytes());
        if bytes.len() % 100_000 < 8 {
            bytes.extend_from_slice(b"MARKER OF THE FILM");
        }
    }
    bytes.truncate(size);
    bytes
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_goes_on_where_it_stopped_and_the_hub_sees_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let dune = cast.member("AE", "Dune", Role::Liaison).await;
    let room = cast.open_room(&petra, &[&falcon, &dune], CLASSIC).await;
    let bytes = film(3_000_000);
    let path = folder.path().join("gate.mp4");
    std::fs::write(&path, &bytes).unwrap();
    let what = Share {
        path,
        media_type: "video/mp4".into(),
        target: None,
    };

    // The process ends in the middle.
    let middle = std::sync::Arc::new(tokio::sync::Notify::new());
    let (engine, seen, half) = (falcon.engine.clone(), middle.clone(), what.clone());
    let first = tokio::spawn(async move {
        let progress = |done: u64, all: u64| {
            if done > all / 2 {
                seen.notify_one();
            }
        };
        share(&engine, room, &half, progress).await
    });
    middle.notified().await;
    first.abort();
    let _ = first.await;
    falcon.engine.stop().await;
    let engine = cast.wake(&falcon.dir).await;
    engine.caught_up().await.unwrap();

    // The next one goes on, while the hub is killed and the connection is lost.
    let mut steps = Vec::new();
    engine.disconnect().await.unwrap();
    tokio::task::block_in_place(|| {
        hub.kill();
        hub.restart();
    });
    let (document, _) = share(&engine, room, &what, |done, _| steps.push(done))
        .await
        .unwrap();
    assert!(steps[0] > 1_000_000, "it began anew: {steps:?}");
    assert_eq!(steps.last(), Some(&3_000_000));

    let there = dune.engine.until(room, move |session| {
        session.board().documents().any(|(id, _)| id == document)
    });
    within(there).await.unwrap();
    let into = tempfile::tempdir().unwrap();
    let found = fetch(&dune.engine, room, document, into.path(), |_, _| ())
        .await
        .unwrap();
    assert_eq!(found, into.path().join("gate.mp4"));
    assert!(std::fs::read(&found).unwrap() == bytes);
    let again = fetch(&dune.engine, room, document, into.path(), |_, _| ()).await;
    assert!(matches!(again, Err(DocumentError::Exists(_))));

    // The hub has chunks of it, and none of its bytes.
    let stored = files(hub.data());
    let chunks: Vec<_> = stored
        .iter()
        .filter(|(name, _)| name.contains("/blobs/"))
        .collect();
    assert_eq!(chunks.len(), 12);
    assert!(contains(&bytes, b"MARKER OF THE FILM"));
    for (name, content) in &stored {
        assert!(!contains(content, b"MARKER OF THE FILM"), "{name}");
        assert!(!contains(content, b"gate.mp4"), "{name}");
    }

    // A chunk that the hub has changed is not taken for the film, and no file is left.
    let (name, content) = chunks[3];
    let mut forged = content.clone();
    forged[77] ^= 1;
    std::fs::write(name, forged).unwrap();
    let other = tempfile::tempdir().unwrap();
    let result = fetch(&dune.engine, room, document, other.path(), |_, _| ()).await;
    assert!(matches!(
        result,
        Err(DocumentError::Document(
            entente_device::documents::DocumentError::Changed
        ))
    ));
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0);

    // Who has no seat gets nothing, and can put nothing.
    let device = dune.identity.device();
    petra
        .engine
        .commit(room, Wish::Remove(vec![device]))
        .await
        .unwrap();
    let connection = dune.engine.connection().await.unwrap().unwrap();
    let blob = petra
        .engine
        .view(room, |session| {
            session.board().documents().next().unwrap().1.shared.blob
        })
        .await
        .unwrap();
    let refused = connection.get_blob(room, blob, 0).await.unwrap_err();
    let error = EngineError::from(refused);
    assert!(
        matches!(
            error,
            EngineError::Refused {
                code: ErrorCode::NoSeat,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_do_not_fit_are_refused_and_change_nothing() {
    use entente_client::connection::RequestError;
    use entente_protocol::limits::{BLOB_CHUNK_BYTES, MAX_BLOB_CHUNKS};
    use entente_protocol::{BlobId, PutBlob};

    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let room = cast.open_room(&petra, &[&falcon], CLASSIC).await;
    let mine = petra.engine.connection().await.unwrap().unwrap();
    let other = falcon.engine.connection().await.unwrap().unwrap();
    let blob = BlobId::from_bytes([7; 16]);
    let put = |chunks, chunk, length: usize| PutBlob {
        request: 0,
        room,
        blob,
        chunks,
        chunk,
        bytes: vec![1; length].into(),
    };
    assert_eq!(mine.put_blob(put(3, 0, BLOB_CHUNK_BYTES)).await, Ok(1));
    let stored = files(hub.data());
    let stored = stored
        .iter()
        .filter(|(name, _)| name.contains("/blobs/"))
        .count();
    for (connection, wrong, expected) in [
        (&mine, put(3, 2, 10), ErrorCode::NoBlob),
        (&mine, put(4, 1, BLOB_CHUNK_BYTES), ErrorCode::PolicyRefused),
        (
            &other,
            put(3, 1, BLOB_CHUNK_BYTES),
            ErrorCode::PolicyRefused,
        ),
        (&mine, put(3, 1, 10), ErrorCode::MalformedFrame),
        (&mine, put(3, 1, 0), ErrorCode::LimitExceeded),
        (
            &mine,
            put(3, 1, BLOB_CHUNK_BYTES + 1),
            ErrorCode::LimitExceeded,
        ),
        (&mine, put(3, 3, 10), ErrorCode::LimitExceeded),
        (
            &mine,
            put(MAX_BLOB_CHUNKS + 1, 1, BLOB_CHUNK_BYTES),
            ErrorCode::LimitExceeded,
        ),
    ] {
        match connection.put_blob(wrong).await {
            Err(RequestError::Refused { code, .. }) => assert_eq!(code, expected),
            other => panic!("{expected}: {other:?}"),
        }
        assert_eq!(mine.blob(room, blob).await, Ok(1), "{expected}");
    }
    let after = files(hub.data());
    let after = after
        .iter()
        .filter(|(name, _)| name.contains("/blobs/"))
        .count();
    assert_eq!(after, stored);
    // The same chunk again is the same chunk.
    assert_eq!(mine.put_blob(put(3, 0, BLOB_CHUNK_BYTES)).await, Ok(1));
    assert!(other.get_blob(room, blob, 1).await.is_err());
    assert_eq!(
        other.get_blob(room, blob, 0).await.unwrap().len(),
        BLOB_CHUNK_BYTES
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_lie_in_a_bucket_as_they_lie_in_a_folder() {
    let bucket = Bucket::start().await;
    let folder = tempfile::tempdir().unwrap();
    let options = ["--blobs", "s3://evidence/room-documents"];
    let data = folder.path().join("hub");
    let mut hub = HubProcess::start_in(&data, &options, bucket.environment());
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let room = cast.open_room(&petra, &[&falcon], CLASSIC).await;
    let bytes = film(700_000);
    let path = folder.path().join("gate.mp4");
    std::fs::write(&path, &bytes).unwrap();
    let what = Share {
        path,
        media_type: "video/mp4".into(),
        target: None,
    };
    let (document, _) = share(&petra.engine, room, &what, |_, _| ()).await.unwrap();

    // Its chunks are in the bucket, sealed, and nowhere else.
    let objects = bucket.objects();
    assert_eq!(objects.len(), 3, "{:?}", objects.keys());
    for (name, content) in &objects {
        assert!(name.starts_with("/evidence/room-documents/"), "{name}");
        assert!(!contains(content, b"MARKER OF THE FILM"), "{name}");
    }
    assert_eq!(bucket.unsigned(), 0);
    let stored = files(hub.data());
    assert!(stored.iter().all(|(name, _)| !name.contains("/blobs/")));

    // Another process of the hub finds them there.
    tokio::task::block_in_place(|| {
        hub.kill();
        hub.restart();
    });
    let there = falcon.engine.until(room, move |session| {
        session.board().documents().any(|(id, _)| id == document)
    });
    there.await.unwrap();
    let into = tempfile::tempdir().unwrap();
    let found = fetch(&falcon.engine, room, document, into.path(), |_, _| ())
        .await
        .unwrap();
    assert!(std::fs::read(&found).unwrap() == bytes);

    // A bucket that refuses is a hub that can't serve documents for now: a typed refusal, no loss.
    bucket.set_down(true);
    let connection = falcon.engine.connection().await.unwrap().unwrap();
    let look = |session: &entente_room::Session| {
        let mut documents = session.board().documents();
        documents.next().unwrap().1.shared.blob
    };
    let blob = falcon.engine.view(room, look).await.unwrap();
    let refused = connection.get_blob(room, blob, 0).await.unwrap_err();
    assert!(
        matches!(
            EngineError::from(refused),
            EngineError::Refused {
                code: ErrorCode::Unavailable,
                ..
            }
        ),
        "the bucket is down"
    );
    bucket.set_down(false);
    assert_eq!(bucket.objects().len(), 3);
    assert!(connection.get_blob(room, blob, 0).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_too_large_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let room = cast.open_room(&petra, &[], CLASSIC).await;
    let path = folder.path().join("everything.img");
    let file = std::fs::File::create(&path).unwrap();
    // A hole: it takes no room on the disk.
    file.set_len(entente_room::MAX_DOCUMENT_BYTES + 1).unwrap();
    let what = Share {
        path,
        media_type: "application/octet-stream".into(),
        target: None,
    };
    let mut steps = 0;
    let result = share(&petra.engine, room, &what, |_, _| steps += 1).await;
    assert!(
        matches!(
            result,
            Err(DocumentError::Document(
                entente_device::documents::DocumentError::TooLarge
            ))
        ),
        "{result:?}"
    );
    assert_eq!(steps, 0);
    let stored = files(hub.data());
    assert!(stored.iter().all(|(name, _)| !name.contains("/blobs/")));
    let said = petra
        .engine
        .view(room, |session| session.board().documents().count());
    assert_eq!(said.await.unwrap(), 0);
}
