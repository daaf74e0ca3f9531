//! Photos and documents: sealed here, carried by the hub, opened by those who sit in the room.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use entente_protocol::{BlobId, Fingerprint, PutBlob, RoomId};
use entente_room::{
    BlobKey, ChunkPlace, DOCUMENT_CHUNK_BYTES, DocumentId, DocumentShared, Event,
    MAX_DOCUMENT_BYTES, TargetId, chunks_of, open_chunk, seal_chunk,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::connection::{Connection, RequestError};
use crate::engine::{Engine, EngineError};
use crate::random_bytes;

/// How long to wait for a connection that was lost, before the next try.
const RETRY: Duration = Duration::from_millis(300);

/// Tries for one chunk before the rest is left for later.
const MAX_TRIES: u32 = 100;

/// Why a document did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// Over [`MAX_DOCUMENT_BYTES`].
    #[error("a document has at most {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// The name is not one that can be told.
    #[error("the file has no name")]
    Name,
    /// The room has no such document.
    #[error("no such document")]
    Unknown,
    /// What the hub gave is not what was shared.
    #[error("the document was changed on its way")]
    Changed,
    /// A file of that name is there already.
    #[error("{0} exists")]
    Exists(PathBuf),
    /// The room, the hub.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// An upload under way, kept on the device so that the next process goes on with it.
#[derive(Serialize, Deserialize)]
struct Upload {
    document: DocumentId,
    blob: BlobId,
    key: BlobKey,
}

/// What to share.
#[derive(Debug, Clone)]
pub struct Share {
    /// The file.
    pub path: PathBuf,
    /// Its media type.
    pub media_type: String,
    /// What it shows.
    pub target: Option<TargetId>,
}

/// Seals and uploads a file and tells the room. `progress` gets bytes done and bytes in all. Called
/// again after an interruption, by this process or another, it goes on where it stopped.
///
/// # Errors
/// See [`DocumentError`].
pub async fn share(
    engine: &Engine,
    room: RoomId,
    share: &Share,
    mut progress: impl FnMut(u64, u64),
) -> Result<(DocumentId, u64), DocumentError> {
    let failed = |error| DocumentError::File(share.path.display().to_string(), error);
    let name = share
        .path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or(DocumentError::Name)?;
    let mut file = File::open(&share.path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let digest = digest_of(&mut file).map_err(failed)?;
    let note = [b"upload/", room.as_bytes().as_slice(), digest.as_bytes()].concat();
    let upload = match engine.recall(note.clone()).await? {
        Some(bytes) => ciborium::from_reader(&bytes[..]).map_err(|_| DocumentError::Changed)?,
        None => {
            let random = |_| EngineError::NoEntropy(crate::NoEntropy);
            let upload = Upload {
                document: DocumentId::from_bytes(random_bytes().map_err(random)?),
                blob: BlobId::from_bytes(random_bytes().map_err(random)?),
                key: BlobKey::from_bytes(random_bytes().map_err(random)?),
            };
            let mut bytes = Vec::new();
            // Writing to a Vec can't fail.
            let _ = ciborium::into_writer(&upload, &mut bytes);
            engine.remember(note.clone(), Some(bytes)).await?;
            upload
        }
    };
    let chunks = chunks_of(size);
    let mut chunk = stored(engine, room, upload.blob).await?;
    let mut buffer = vec![0; DOCUMENT_CHUNK_BYTES];
    while chunk < chunks {
        let start = u64::from(chunk) * DOCUMENT_CHUNK_BYTES as u64;
        let length = (size - start).min(DOCUMENT_CHUNK_BYTES as u64);
        let length = usize::try_from(length).unwrap_or(DOCUMENT_CHUNK_BYTES);
        progress(start, size);
        let plain = buffer.get_mut(..length).unwrap_or_default();
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        file.read_exact(plain).map_err(failed)?;
        let place = ChunkPlace {
            room,
            blob: upload.blob,
            chunk,
            chunks,
        };
        let sealed = seal_chunk(&upload.key, place, plain).map_err(|_| DocumentError::TooLarge)?;
        let put = PutBlob {
            request: 0,
            room,
            blob: upload.blob,
            chunks,
            chunk,
            bytes: sealed.into(),
        };
        chunk = ask(engine, |connection| {
            let put = put.clone();
            async move { connection.put_blob(put).await }
        })
        .await?;
    }
    progress(size, size);
    // The file was read twice: what was sealed must be what was measured.
    if digest_of(&mut file).map_err(failed)? != digest {
        return Err(DocumentError::Changed);
    }
    let event = Event::Document(DocumentShared {
        document: upload.document,
        target: share.target,
        name: name.to_owned(),
        media_type: share.media_type.clone(),
        size,
        blob: upload.blob,
        key: upload.key.clone(),
        digest,
    });
    let seq = engine.say(room, event).await?;
    engine.remember(note, None).await?;
    Ok((upload.document, seq))
}

/// Fetches a document into a folder under the name it was shared with; returns where it lies.
///
/// # Errors
/// See [`DocumentError`]; no file is left behind then.
pub async fn fetch(
    engine: &Engine,
    room: RoomId,
    document: DocumentId,
    folder: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<PathBuf, DocumentError> {
    let shared = engine
        .view(room, move |session| {
            let mut all = session.board().documents();
            let found = all.find(|(id, _)| *id == document);
            found.map(|(_, document)| document.shared.clone())
        })
        .await?
        .ok_or(DocumentError::Unknown)?;
    let path = folder.join(&shared.name);
    let failed = |error| DocumentError::File(path.display().to_string(), error);
    if path.exists() {
        return Err(DocumentError::Exists(path));
    }
    let chunks = chunks_of(shared.size);
    let mut digest = Sha256::new();
    let mut size = 0_u64;
    // Under another name until it is whole and checked.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    for chunk in 0..chunks {
        progress(size, shared.size);
        let (blob, key) = (shared.blob, &shared.key);
        let sealed = ask(engine, |connection| async move {
            connection.get_blob(room, blob, chunk).await
        })
        .await?;
        let place = ChunkPlace {
            room,
            blob,
            chunk,
            chunks,
        };
        let plain = open_chunk(key, place, &sealed).map_err(|_| DocumentError::Changed)?;
        digest.update(&plain);
        size += plain.len() as u64;
        file.write_all(&plain).map_err(failed)?;
    }
    let digest = Fingerprint::from_bytes(digest.finalize().into());
    if digest != shared.digest || size != shared.size {
        return Err(DocumentError::Changed);
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(&path)
        .map_err(|error| DocumentError::File(path.display().to_string(), error.error))?;
    progress(size, size);
    Ok(path)
}

fn digest_of(file: &mut File) -> std::io::Result<Fingerprint> {
    file.seek(SeekFrom::Start(0))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; DOCUMENT_CHUNK_BYTES];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Fingerprint::from_bytes(digest.finalize().into()));
        }
        digest.update(buffer.get(..read).unwrap_or_default());
    }
}

async fn stored(engine: &Engine, room: RoomId, blob: BlobId) -> Result<u32, DocumentError> {
    ask(engine, |connection| async move {
        connection.blob(room, blob).await
    })
    .await
}

/// Asks the hub, again and again over new connections if the one is lost.
async fn ask<T, F>(
    engine: &Engine,
    mut request: impl FnMut(Connection) -> F,
) -> Result<T, DocumentError>
where
    F: Future<Output = Result<T, RequestError>>,
{
    let mut tries = 0;
    loop {
        let result = match engine.connection().await? {
            Some(connection) => request(connection).await,
            None => Err(RequestError::Lost),
        };
        let wait = match result {
            Ok(answer) => return Ok(answer),
            Err(RequestError::Lost) => RETRY,
            Err(RequestError::Refused {
                retry_after_ms: Some(ms),
                ..
            }) => Duration::from_millis(ms),
            Err(error) => return Err(EngineError::from(error).into()),
        };
        tries += 1;
        if tries >= MAX_TRIES {
            return Err(EngineError::Offline.into());
        }
        tokio::time::sleep(wait).await;
    }
}
