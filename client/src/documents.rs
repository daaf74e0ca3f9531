//! Documents as files.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use entente_device::documents::{self, Source};
use entente_protocol::RoomId;
use entente_room::{DocumentId, TargetId};

use crate::engine::Engine;

/// Why a document did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// The name is not one that can be told.
    #[error("the file has no name")]
    Name,
    /// A file of that name is there already.
    #[error("{0} exists")]
    Exists(PathBuf),
    /// The room, the hub, what was shared.
    #[error(transparent)]
    Document(documents::DocumentError),
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

struct InFile(File);

impl Source for InFile {
    fn size(&mut self) -> std::io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read(&mut self, start: u64, part: &mut [u8]) -> std::io::Result<()> {
        self.0.seek(SeekFrom::Start(start))?;
        self.0.read_exact(part)
    }
}

fn failed(path: &Path, error: documents::DocumentError) -> DocumentError {
    match error {
        documents::DocumentError::Io(error) => {
            DocumentError::File(path.display().to_string(), error)
        }
        error => DocumentError::Document(error),
    }
}

/// Seals and uploads a file and tells the room; see [`documents::share`].
///
/// # Errors
/// See [`DocumentError`].
pub async fn share(
    engine: &Engine,
    room: RoomId,
    share: &Share,
    progress: impl FnMut(u64, u64),
) -> Result<(DocumentId, u64), DocumentError> {
    let name = share.path.file_name().and_then(|name| name.to_str());
    let what = documents::Share {
        name: name.ok_or(DocumentError::Name)?.to_owned(),
        media_type: share.media_type.clone(),
        target: share.target,
    };
    let file = File::open(&share.path)
        .map_err(|error| failed(&share.path, documents::DocumentError::Io(error)))?;
    documents::share(engine, room, &what, &mut InFile(file), progress)
        .await
        .map_err(|error| failed(&share.path, error))
}

/// A document's bytes, checked.
///
/// # Errors
/// See [`DocumentError`].
pub async fn bytes(
    engine: &Engine,
    room: RoomId,
    document: DocumentId,
) -> Result<Vec<u8>, DocumentError> {
    let shared = documents::shared(engine, room, document)
        .await
        .map_err(DocumentError::Document)?;
    let mut bytes = Vec::new();
    let take = |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok(())
    };
    documents::fetch(engine, room, &shared, take, |_, _| ())
        .await
        .map_err(DocumentError::Document)?;
    Ok(bytes)
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
    progress: impl FnMut(u64, u64),
) -> Result<PathBuf, DocumentError> {
    let shared = documents::shared(engine, room, document)
        .await
        .map_err(DocumentError::Document)?;
    let path = folder.join(&shared.name);
    if path.exists() {
        return Err(DocumentError::Exists(path));
    }
    let io = |error| failed(&path, documents::DocumentError::Io(error));
    // Under another name until it is whole and checked.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    let take = |part: &[u8]| file.write_all(part);
    documents::fetch(engine, room, &shared, take, progress)
        .await
        .map_err(|error| failed(&path, error))?;
    file.as_file().sync_all().map_err(io)?;
    file.persist_noclobber(&path)
        .map_err(|error| io(error.error))?;
    Ok(path)
}
