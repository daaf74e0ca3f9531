//! Photos and documents: sealed here, carried by the hub, opened by those who sit in the room.

use entente_protocol::{BlobId, Fingerprint, PutBlob, RoomId};
use entente_room::{
    BlobKey, ChunkPlace, DOCUMENT_CHUNK_BYTES, DocumentId, DocumentShared, Event,
    MAX_DOCUMENT_BYTES, TargetId, chunks_of, open_chunk, seal_chunk,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::connection::{Connection, RequestError};
use crate::engine::{Engine, EngineError};
use crate::{platform, random_bytes};

/// How long to wait for a connection that was lost, before the next try, in milliseconds.
const RETRY_MS: u64 = 300;

/// Tries for one chunk before the rest is left for later.
const MAX_TRIES: u32 = 100;

/// Why a document did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// What is shared can't be read, or what is fetched can't be kept.
    #[error(transparent)]
    Io(std::io::Error),
    /// Over [`MAX_DOCUMENT_BYTES`].
    #[error("a document has at most {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// The room has no such document.
    #[error("no such document")]
    Unknown,
    /// What the hub gave is not what was shared, or what is shared has changed meanwhile.
    #[error("the document was changed on its way")]
    Changed,
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
    /// Its name, without a folder.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it shows.
    pub target: Option<TargetId>,
}

/// The bytes of a document that is shared.
pub trait Source: Send {
    /// How many they are.
    ///
    /// # Errors
    /// As of the place where they lie.
    fn size(&mut self) -> std::io::Result<u64>;

    /// Fills `part` from `start` on.
    ///
    /// # Errors
    /// As of the place where they lie; also if they are fewer.
    fn read(&mut self, start: u64, part: &mut [u8]) -> std::io::Result<()>;
}

impl Source for Vec<u8> {
    fn size(&mut self) -> std::io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read(&mut self, start: u64, part: &mut [u8]) -> std::io::Result<()> {
        let bytes = usize::try_from(start)
            .ok()
            .and_then(|start| self.get(start..start.checked_add(part.len())?))
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        part.copy_from_slice(bytes);
        Ok(())
    }
}

/// Seals and uploads a document and tells the room. `progress` gets bytes done and bytes in all. Called
/// again after an interruption, by this process or another, it goes on where it stopped.
///
/// # Errors
/// See [`DocumentError`].
pub async fn share(
    engine: &Engine,
    room: RoomId,
    share: &Share,
    source: &mut dyn Source,
    mut progress: impl FnMut(u64, u64),
) -> Result<(DocumentId, u64), DocumentError> {
    let size = source.size().map_err(DocumentError::Io)?;
    if size > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let digest = digest_of(source, size)?;
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
        source.read(start, plain).map_err(DocumentError::Io)?;
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
    // It was read twice: what was sealed must be what was measured.
    if digest_of(source, size)? != digest {
        return Err(DocumentError::Changed);
    }
    let event = Event::Document(DocumentShared {
        document: upload.document,
        target: share.target,
        name: share.name.clone(),
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

/// A document as it was shared.
///
/// # Errors
/// [`DocumentError::Unknown`]; others see [`EngineError`].
pub async fn shared(
    engine: &Engine,
    room: RoomId,
    document: DocumentId,
) -> Result<DocumentShared, DocumentError> {
    engine
        .view(room, move |session| {
            let mut all = session.board().documents();
            let found = all.find(|(id, _)| *id == document);
            found.map(|(_, document)| document.shared.clone())
        })
        .await?
        .ok_or(DocumentError::Unknown)
}

/// Fetches a document and gives it to `take` piece by piece. Only when this returns without an error
/// it is whole and what was shared.
///
/// # Errors
/// See [`DocumentError`].
pub async fn fetch(
    engine: &Engine,
    room: RoomId,
    shared: &DocumentShared,
    mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), DocumentError> {
    let chunks = chunks_of(shared.size);
    let mut digest = Sha256::new();
    let mut size = 0_u64;
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
        take(&plain).map_err(DocumentError::Io)?;
    }
    let digest = Fingerprint::from_bytes(digest.finalize().into());
    if digest != shared.digest || size != shared.size {
        return Err(DocumentError::Changed);
    }
    progress(size, size);
    Ok(())
}

fn digest_of(source: &mut dyn Source, size: u64) -> Result<Fingerprint, DocumentError> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; DOCUMENT_CHUNK_BYTES];
    let mut start = 0_u64;
    while start < size {
        let length = usize::try_from(size - start).unwrap_or(DOCUMENT_CHUNK_BYTES);
        let length = length.min(DOCUMENT_CHUNK_BYTES);
        let part = buffer.get_mut(..length).unwrap_or_default();
        source.read(start, part).map_err(DocumentError::Io)?;
        digest.update(&*part);
        start += length as u64;
    }
    // One that has grown meanwhile is another one.
    if source.size().map_err(DocumentError::Io)? == size {
        Ok(Fingerprint::from_bytes(digest.finalize().into()))
    } else {
        Err(DocumentError::Changed)
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
            Err(RequestError::Lost) => RETRY_MS,
            Err(RequestError::Refused {
                retry_after_ms: Some(ms),
                ..
            }) => ms,
            Err(error) => return Err(EngineError::from(error).into()),
        };
        tries += 1;
        if tries >= MAX_TRIES {
            return Err(EngineError::Offline.into());
        }
        platform::sleep(wait).await;
    }
}
