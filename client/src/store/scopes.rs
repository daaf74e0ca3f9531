//! Keys of their own for what must be gone for good ([`Scope`]): one small file each, sealed under the
//! master key and written over in place, because a database keeps what it has deleted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use entente_device::store::{KEY_BYTES, Scope, Sealer, StoreError};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::random_bytes;

/// Number of keys, and two places for one. There are two only while records are sealed anew.
const PLAIN_BYTES: usize = 1 + 2 * KEY_BYTES;

type Key = Zeroizing<[u8; KEY_BYTES]>;

/// The keys of a directory's scopes, as far as they were used.
pub(super) struct Scopes {
    dir: PathBuf,
    master: Sealer,
    /// The newest key first.
    known: Mutex<BTreeMap<Scope, Vec<Key>>>,
}

impl Scopes {
    pub(super) fn new(dir: &Path, master: Sealer) -> Self {
        Self {
            dir: dir.to_owned(),
            master,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Scope, Vec<Key>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seals a value for its place, under its scope's key if it has one. The key is on the disk
    /// before anything is sealed under it.
    pub(super) fn seal(&self, key: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let Some(scope) = Scope::of(key) else {
            return self.master.seal(key, value);
        };
        let newest = self.keys(&scope)?.into_iter().next();
        let newest = match newest {
            Some(newest) => newest,
            None => self.add(&scope)?,
        };
        Sealer::new(newest).seal(key, value)
    }

    /// Opens a value that was sealed for this place. What an older program has sealed under the
    /// master key is read too, until its scope is renewed.
    pub(super) fn open(&self, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let Some(scope) = Scope::of(key) else {
            return self.master.open(key, sealed);
        };
        let keys = self.keys(&scope)?.into_iter();
        let mut opened = keys.map(|it| Sealer::new(it).open(key, sealed));
        opened
            .find(Result::is_ok)
            .unwrap_or_else(|| self.master.open(key, sealed))
    }

    /// Whether a scope has a key of its own.
    pub(super) fn has(&self, scope: &Scope) -> Result<bool, StoreError> {
        Ok(!self.keys(scope)?.is_empty())
    }

    /// Another key of a scope, under which everything is sealed from now on; the one before stays
    /// until [`Scopes::settle`]. If one before that is still there, a process has ended in the middle
    /// of this, and its key is gone on with.
    pub(super) fn add(&self, scope: &Scope) -> Result<Key, StoreError> {
        let mut keys = self.keys(scope)?;
        if let [newest, _] = keys.as_slice() {
            return Ok(newest.clone());
        }
        let newest = Key::new(random_bytes()?);
        keys.insert(0, newest.clone());
        self.write(scope, &keys)?;
        self.known().insert(scope.clone(), keys);
        Ok(newest)
    }

    /// Destroys all keys of a scope but the newest.
    pub(super) fn settle(&self, scope: &Scope) -> Result<(), StoreError> {
        let mut keys = self.keys(scope)?;
        keys.truncate(1);
        self.write(scope, &keys)?;
        self.known().insert(scope.clone(), keys);
        Ok(())
    }

    /// Destroys all keys of a scope in which nothing is left.
    pub(super) fn destroy(&self, scope: &Scope) -> Result<(), StoreError> {
        self.known().remove(scope);
        let path = self.path(scope);
        if !path.exists() {
            return Ok(());
        }
        let noise = random_bytes::<512>()?;
        let gone = overwrite(&path, &noise)
            .and_then(|()| std::fs::remove_file(&path))
            .and_then(|()| File::open(&self.dir)?.sync_all());
        gone.map_err(|error| StoreError::io(&path, error))
    }

    fn keys(&self, scope: &Scope) -> Result<Vec<Key>, StoreError> {
        if let Some(keys) = self.known().get(scope) {
            return Ok(keys.clone());
        }
        let keys = self.read(scope)?;
        self.known().insert(scope.clone(), keys.clone());
        Ok(keys)
    }

    fn read(&self, scope: &Scope) -> Result<Vec<Key>, StoreError> {
        let path = self.path(scope);
        let sealed = match std::fs::read(&path) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::io(&path, error)),
        };
        let damaged = || StoreError::Tampered("key");
        let plain = Zeroizing::new(self.master.open(scope.prefix(), &sealed)?);
        let (count, places) = plain.split_first().ok_or_else(damaged)?;
        let keys = places.chunks_exact(KEY_BYTES).take(usize::from(*count));
        keys.map(|key| <[u8; KEY_BYTES]>::try_from(key).map(Key::new))
            .collect::<Result<_, _>>()
            .map_err(|_| damaged())
    }

    /// One sector, written in place: what was there before is written over.
    fn write(&self, scope: &Scope, keys: &[Key]) -> Result<(), StoreError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_BYTES));
        plain.push(u8::try_from(keys.len()).unwrap_or(u8::MAX));
        for key in keys {
            plain.extend_from_slice(key.as_slice());
        }
        plain.resize(PLAIN_BYTES, 0);
        let sealed = self.master.seal(scope.prefix(), &plain)?;
        let path = self.path(scope);
        if path.exists() {
            return overwrite(&path, &sealed).map_err(|error| StoreError::io(&path, error));
        }
        super::write_whole(&self.dir, &Self::name(scope), &sealed)
    }

    fn name(scope: &Scope) -> String {
        let digest = Sha256::digest(scope.prefix());
        format!("key-{}", HEXLOWER.encode(&digest[..16]))
    }

    fn path(&self, scope: &Scope) -> PathBuf {
        self.dir.join(Self::name(scope))
    }
}

fn overwrite(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
