//! State at rest: a small database in which every value is sealed under a passphrase.

mod database;
mod scopes;
mod wipe;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entente_device::platform::Later;
use entente_device::store::{Opened, Scope, Sealer, Store, create, open, with_duress};
use redb::{Database, ReadableDatabase as _, TableDefinition};

use crate::Passphrase;

pub use entente_device::store::{Changes, KdfCost, Records, StoreError};
pub use wipe::wipe;

use database::failed;
use scopes::Scopes;

const RECORDS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("records");
const HEADER_FILE: &str = "header";
const DATABASE_FILE: &str = "state.redb";
const LOCK_FILE: &str = "lock";

/// How often and with what pause a directory is tried that another process holds: a command that is
/// about to end is waited for, a process that stays is reported.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A directory with sealed records, held by one process at a time.
///
/// Keys of records (a kind, a room's id, a number) are stored in the clear, values are sealed with
/// XChaCha20-Poly1305 under a random master key, or under the key of their [`Scope`], with the record's
/// key as associated data; the master key is sealed under the passphrase by Argon2id.
pub struct SealedStore {
    dir: PathBuf,
    database: Database,
    sealer: Sealer,
    scopes: Scopes,
    _lock: File,
}

impl SealedStore {
    /// Whether a directory holds a store.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        dir.join(HEADER_FILE).is_file()
    }

    /// Makes a new store.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is one; others see [`StoreError`].
    pub fn create(dir: &Path, passphrase: &Passphrase, cost: KdfCost) -> Result<Self, StoreError> {
        if passphrase.is_empty() {
            return Err(StoreError::EmptyPassphrase);
        }
        make_private(dir)?;
        let lock = lock(dir)?;
        if Self::exists(dir) {
            return Err(StoreError::Exists(dir.to_owned()));
        }
        Self::make(dir, passphrase, cost, lock)
    }

    fn make(
        dir: &Path,
        passphrase: &Passphrase,
        cost: KdfCost,
        lock: File,
    ) -> Result<Self, StoreError> {
        let (header, sealer) = create(passphrase, cost)?;
        // The header comes last: without it a cut-off creation is no store and can be repeated.
        let path = dir.join(DATABASE_FILE);
        if path.exists() {
            std::fs::remove_file(&path).map_err(|error| StoreError::io(dir, error))?;
        }
        let database = Database::create(&path).map_err(failed)?;
        write_whole(dir, HEADER_FILE, &header)?;
        Ok(Self {
            dir: dir.to_owned(),
            database,
            scopes: Scopes::new(dir, sealer.clone()),
            sealer,
            _lock: lock,
        })
    }

    /// Opens a store. Under the duress passphrase everything in it is destroyed, and the store that
    /// opens is new and empty, with that passphrase as its own.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process holds it, [`StoreError::WrongPassphrase`],
    /// [`StoreError::Missing`]; nothing has changed then.
    pub fn open(dir: &Path, passphrase: &Passphrase) -> Result<Self, StoreError> {
        if !Self::exists(dir) {
            return Err(StoreError::Missing(dir.to_owned()));
        }
        let lock = lock(dir)?;
        let header =
            std::fs::read(dir.join(HEADER_FILE)).map_err(|error| StoreError::io(dir, error))?;
        let sealer = match open(&header, passphrase)? {
            Opened::Store(sealer) => sealer,
            Opened::Duress(cost) => {
                wipe(dir)?;
                return Self::make(dir, passphrase, cost, self::lock(dir)?);
            }
        };
        let database = Database::create(dir.join(DATABASE_FILE)).map_err(failed)?;
        Ok(Self {
            dir: dir.to_owned(),
            database,
            scopes: Scopes::new(dir, sealer.clone()),
            sealer,
            _lock: lock,
        })
    }

    /// Sets a duress passphrase: whoever opens the store with it destroys it.
    ///
    /// # Errors
    /// [`StoreError::SamePassphrase`] if it opens the store already.
    pub fn set_duress(&self, duress: &Passphrase) -> Result<(), StoreError> {
        if duress.is_empty() {
            return Err(StoreError::EmptyPassphrase);
        }
        let path = self.dir.join(HEADER_FILE);
        let header = std::fs::read(&path).map_err(|error| StoreError::io(&self.dir, error))?;
        write_whole(&self.dir, HEADER_FILE, &with_duress(&header, duress)?)
    }

    /// Lets other processes have the directory until it is woken.
    #[must_use]
    pub fn rest(self) -> RestingStore {
        RestingStore {
            dir: self.dir,
            sealer: self.sealer,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// One record.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] if the value was not sealed for this key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let read = self.database.begin_read().map_err(failed)?;
        let table = match read.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let Some(value) = table.get(key).map_err(failed)? else {
            return Ok(None);
        };
        self.scopes.open(key, value.value()).map(Some)
    }

    /// All records whose key begins with `prefix`, without it, in order.
    ///
    /// # Errors
    /// As [`SealedStore::get`].
    pub fn scan(&self, prefix: &[u8]) -> Result<Records, StoreError> {
        let read = self.database.begin_read().map_err(failed)?;
        let table = match read.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut found = Vec::new();
        for entry in table.range(prefix..).map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            let Some(rest) = key.value().strip_prefix(prefix) else {
                break;
            };
            found.push((rest.to_vec(), self.scopes.open(key.value(), value.value())?));
        }
        Ok(found)
    }

    /// Writes all changes durably, or none. Each key gets `prefix` before it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn apply(&self, prefix: &[u8], changes: &Changes) -> Result<(), StoreError> {
        self.apply_all(&[(prefix, changes)])
    }

    /// As [`SealedStore::apply`], for several prefixes in one transaction.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn apply_all(&self, all: &[(&[u8], &Changes)]) -> Result<(), StoreError> {
        if all.iter().all(|(_, changes)| changes.is_empty()) {
            return Ok(());
        }
        let write = self.database.begin_write().map_err(failed)?;
        {
            let mut table = write.open_table(RECORDS).map_err(failed)?;
            for (prefix, changes) in all {
                for (key, value) in *changes {
                    let key = [prefix, key.as_slice()].concat();
                    match value {
                        Some(value) => {
                            let sealed = self.scopes.seal(&key, value)?;
                            table
                                .insert(key.as_slice(), sealed.as_slice())
                                .map_err(failed)?;
                        }
                        None => {
                            table.remove(key.as_slice()).map_err(failed)?;
                        }
                    }
                }
            }
        }
        write.commit().map_err(failed)?;
        Ok(())
    }

    /// Makes what was deleted of a scope unreadable for good, whatever the database's file has kept of
    /// it: what is left is sealed under a new key, and the old one is written over.
    ///
    /// # Errors
    /// See [`StoreError`]; nothing is lost then, and it can be tried again.
    pub fn renew(&self, scope: &Scope) -> Result<(), StoreError> {
        if !self.scopes.has(scope)? {
            return Ok(());
        }
        let records = self.scan(scope.prefix())?.into_iter();
        let records = records.map(|(rest, value)| ([scope.prefix(), &rest].concat(), Some(value)));
        let left: Changes = records
            .filter(|(key, _)| Scope::of(key).as_ref() == Some(scope))
            .collect();
        if left.is_empty() {
            return self.scopes.destroy(scope);
        }
        self.scopes.add(scope)?;
        self.apply(&[], &left)?;
        self.scopes.settle(scope)
    }

    /// Writes one record.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.apply(&[], &vec![(key.to_vec(), Some(value.to_vec()))])
    }
}

/// The database answers at once.
impl Store for SealedStore {
    fn scan<'a>(&'a self, prefix: &'a [u8]) -> Later<'a, Result<Records, StoreError>> {
        Box::pin(core::future::ready(Self::scan(self, prefix)))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> Later<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(core::future::ready(Self::get(self, key)))
    }

    fn apply(&self, changes: Changes) -> Later<'_, Result<(), StoreError>> {
        Box::pin(core::future::ready(Self::apply(self, &[], &changes)))
    }

    fn renew(&self, scope: Scope) -> Later<'_, Result<(), StoreError>> {
        Box::pin(core::future::ready(Self::renew(self, &scope)))
    }
}

/// A store whose key is known and whose directory others may use.
pub struct RestingStore {
    dir: PathBuf,
    sealer: Sealer,
}

impl RestingStore {
    /// Takes the directory again.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process keeps it.
    pub fn wake(&self) -> Result<SealedStore, StoreError> {
        let lock = lock(&self.dir)?;
        Ok(SealedStore {
            dir: self.dir.clone(),
            database: Database::create(self.dir.join(DATABASE_FILE)).map_err(failed)?,
            sealer: self.sealer.clone(),
            scopes: Scopes::new(&self.dir, self.sealer.clone()),
            _lock: lock,
        })
    }
}

impl core::fmt::Debug for RestingStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "RestingStore({})", self.dir.display())
    }
}

fn make_private(dir: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|error| StoreError::io(dir, error))
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join(LOCK_FILE))
        .map_err(|error| StoreError::io(dir, error))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(std::fs::TryLockError::Error(error)) => return Err(StoreError::io(dir, error)),
        }
    }
    Err(StoreError::InUse(dir.to_owned()))
}

/// A file that is there whole or not at all, also after a crash.
fn write_whole(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    use std::io::Write as _;
    let write = || {
        let temporary = dir.join(format!("{name}.new"));
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, dir.join(name))?;
        File::open(dir)?.sync_all()
    };
    write().map_err(|error| StoreError::io(dir, error))
}

impl core::fmt::Debug for SealedStore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SealedStore({})", self.dir.display())
    }
}

#[cfg(test)]
mod tests;
