//! Photos and documents of rooms, as ciphertext: one object a chunk, in a folder or in an S3-compatible
//! bucket. The hub can't read them; it knows whose they are, how many and how large.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use entente_protocol::{BlobId, DeviceId, ErrorCode, PutBlob, RoomId, limits};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};

use crate::store::{BlobRow, Store, StoreError};

/// Where the chunks lie.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    objects: Arc<dyn ObjectStore>,
    root: Path,
    /// Where they lie, if they are files of this machine.
    folder: Option<PathBuf>,
}

/// How much of a blob is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) stored: u32,
    pub(crate) chunks: u32,
}

/// Why a request about a blob was refused.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: ErrorCode,
    pub(crate) detail: Option<&'static str>,
}

fn refused(code: ErrorCode, detail: Option<&'static str>) -> Refused {
    Refused { code, detail }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooManyBlobs => {
                refused(ErrorCode::LimitExceeded, Some("MAX_BLOBS_PER_ROOM"))
            }
            error => {
                tracing::error!(%error, "a blob's row could not be read or written");
                refused(ErrorCode::Unavailable, None)
            }
        }
    }
}

impl From<object_store::Error> for Refused {
    fn from(error: object_store::Error) -> Self {
        tracing::error!(%error, "a blob's chunk could not be read or written");
        refused(ErrorCode::Unavailable, None)
    }
}

impl Blobs {
    /// A folder; made if it is missing.
    pub(crate) fn in_folder(folder: &FilePath) -> Result<Self, object_store::Error> {
        std::fs::create_dir_all(folder).map_err(|source| object_store::Error::Generic {
            store: "folder",
            source: Box::new(source),
        })?;
        // What was acknowledged is on the disk.
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            root: Path::default(),
            folder: Some(folder.to_owned()),
        })
    }

    /// A bucket by its URL, such as `s3://bucket/prefix`; keys and end point come from the
    /// environment (`AWS_*`).
    pub(crate) fn at_url(url: &str) -> Result<Self, object_store::Error> {
        let bad = |source: Box<dyn std::error::Error + Send + Sync>| object_store::Error::Generic {
            store: "url",
            source,
        };
        let url = url::Url::parse(url).map_err(|error| bad(Box::new(error)))?;
        if url.scheme() == "file" {
            let folder = url.to_file_path();
            return Self::in_folder(
                &folder.map_err(|()| bad("not a folder of this machine".into()))?,
            );
        }
        let environment = std::env::vars()
            .filter(|(name, _)| name.starts_with("AWS_"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (objects, root) = object_store::parse_url_opts(&url, environment)?;
        Ok(Self {
            objects: objects.into(),
            root,
            folder: None,
        })
    }

    fn place(&self, room: RoomId, blob: BlobId, chunk: u32) -> Path {
        self.root
            .clone()
            .join(room.to_string())
            .join(blob.to_string())
            .join(format!("{chunk:05}"))
    }

    pub(crate) async fn state(
        &self,
        store: &Store,
        room: RoomId,
        blob: BlobId,
    ) -> Result<Stored, Refused> {
        let row = store.blob((room, blob)).await?;
        Ok(row.map_or(
            Stored {
                stored: 0,
                chunks: 0,
            },
            |row| Stored {
                stored: row.stored,
                chunks: row.chunks,
            },
        ))
    }

    /// Stores the next chunk: first its bytes, then the word that they are there.
    pub(crate) async fn put(
        &self,
        store: &Store,
        device: DeviceId,
        put: &PutBlob,
    ) -> Result<Stored, Refused> {
        check_shape(put)?;
        let known = store.blob((put.room, put.blob)).await?;
        let (owner, chunks, stored) = match &known {
            Some(row) => (row.device, row.chunks, row.stored),
            None => (device, put.chunks, 0),
        };
        if owner != device || chunks != put.chunks {
            return Err(refused(ErrorCode::PolicyRefused, Some("blob")));
        }
        if put.chunk < stored {
            return Ok(Stored { stored, chunks });
        }
        if put.chunk > stored {
            return Err(refused(ErrorCode::NoBlob, Some("chunk")));
        }
        // Before anything lies in the object store that nobody would find there.
        let (blobs, all_chunks) = store.blobs_of(put.room).await?;
        if known.is_none() && blobs >= u64::from(limits::MAX_BLOBS_PER_ROOM) {
            return Err(StoreError::TooManyBlobs.into());
        }
        if all_chunks >= limits::MAX_BLOB_CHUNKS_PER_ROOM {
            let limit = Some("MAX_BLOB_CHUNKS_PER_ROOM");
            return Err(refused(ErrorCode::LimitExceeded, limit));
        }
        let place = self.place(put.room, put.blob, put.chunk);
        let bytes = Bytes::copy_from_slice(put.bytes.as_slice());
        self.objects.put(&place, bytes.into()).await?;
        let stored = put.chunk + 1;
        let row = BlobRow {
            device,
            chunks,
            stored,
        };
        match store.put_blob((put.room, put.blob), row).await {
            Ok(()) => Ok(Stored { stored, chunks }),
            // The room was shredded meanwhile, and this chunk came too late to be found.
            Err(StoreError::Behind) => {
                self.objects.delete(&place).await?;
                Err(refused(ErrorCode::RoomClosed, None))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a room's chunks, at most `most` of them; returns how many.
    pub(crate) async fn shred(
        &self,
        room: RoomId,
        most: usize,
    ) -> Result<usize, object_store::Error> {
        let prefix = self.root.clone().join(room.to_string());
        let listed = self.objects.list(Some(&prefix)).take(most);
        let found: Vec<ObjectMeta> = listed.try_collect().await?;
        let count = found.len();
        let places = futures_util::stream::iter(found.into_iter().map(|it| Ok(it.location)));
        let mut deleted = self.objects.delete_stream(places.boxed());
        while let Some(done) = deleted.next().await {
            match done {
                // Another hub was faster.
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Takes away what is left of a room whose chunks are gone: folders, and chunks that were never whole.
    pub(crate) async fn clear(&self, room: RoomId) -> Result<(), object_store::Error> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        match tokio::fs::remove_dir_all(folder.join(room.to_string())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(object_store::Error::Generic {
                    store: "folder",
                    source: Box::new(error),
                })
            }
            _ => Ok(()),
        }
    }

    /// A chunk, and how many there are.
    pub(crate) async fn get(
        &self,
        store: &Store,
        room: RoomId,
        blob: BlobId,
        chunk: u32,
    ) -> Result<(u32, Bytes), Refused> {
        let row = store.blob((room, blob)).await?;
        let Some(row) = row.filter(|row| chunk < row.stored) else {
            return Err(refused(ErrorCode::NoBlob, None));
        };
        let found = self.objects.get(&self.place(room, blob, chunk)).await?;
        Ok((row.chunks, found.bytes().await?))
    }
}

fn check_shape(put: &PutBlob) -> Result<(), Refused> {
    let length = put.bytes.as_slice().len();
    let is_last = put.chunk.checked_add(1) == Some(put.chunks);
    if put.chunks == 0 || put.chunks > limits::MAX_BLOB_CHUNKS {
        return Err(refused(ErrorCode::LimitExceeded, Some("MAX_BLOB_CHUNKS")));
    }
    if put.chunk >= put.chunks || length == 0 || length > limits::BLOB_CHUNK_BYTES {
        return Err(refused(ErrorCode::LimitExceeded, Some("BLOB_CHUNK_BYTES")));
    }
    if !is_last && length != limits::BLOB_CHUNK_BYTES {
        return Err(refused(ErrorCode::MalformedFrame, Some("BLOB_CHUNK_BYTES")));
    }
    Ok(())
}
