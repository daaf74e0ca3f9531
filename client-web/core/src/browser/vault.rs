//! Sealed records in IndexedDB.
//!
//! The database belongs to a task of its own, since what is JavaScript's can't be sent; the engine
//! holds the end of a channel, and only ever sees sealed or opened bytes.

use entente_device::Passphrase;
use entente_device::platform::Later;
use entente_device::store::{
    self, Changes, KdfCost, Opened, Records, Scope, Sealer, Store, StoreError,
};
use idb::{
    Database, DatabaseEvent as _, Factory, KeyRange, ObjectStoreParams, Query, Transaction,
    TransactionMode,
};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

const DATABASE: &str = "entente";
const RECORDS: &str = "records";
const META: &str = "meta";
const HEADER: &str = "header";

/// Bytes written over the header before it goes.
const OVERWRITE_BYTES: usize = 4 * 1024;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Header(Answer<Option<Vec<u8>>>),
    PutHeader(Vec<u8>, Answer<()>),
    Get(Vec<u8>, Answer<Option<Vec<u8>>>),
    Scan(Vec<u8>, Answer<Records>),
    Apply(Changes, Answer<()>),
    Wipe(Answer<()>),
}

/// The database of this origin.
#[derive(Clone)]
pub(super) struct Vault(mpsc::UnboundedSender<Job>);

impl Vault {
    /// Opens the database, or makes it.
    pub(super) async fn open() -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (ready, is_ready) = oneshot::channel();
        spawn_local(run(queue, ready));
        is_ready.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self(jobs))
    }

    async fn ask<T>(&self, make: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let (answer, waiting) = oneshot::channel();
        self.0.send(make(answer)).map_err(|_| gone())?;
        waiting.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Whether there is a device here.
    pub(super) async fn exists(&self) -> Result<bool, StoreError> {
        Ok(self.ask(Job::Header).await?.is_some())
    }

    /// Makes a new, empty store under a passphrase; whatever was there is gone.
    pub(super) async fn create(&self, passphrase: &Passphrase) -> Result<SealedVault, StoreError> {
        let (header, sealer) = store::create(passphrase, KdfCost::Standard)?;
        self.wipe().await?;
        self.ask(|answer| Job::PutHeader(header, answer)).await?;
        Ok(SealedVault {
            vault: self.clone(),
            sealer,
        })
    }

    /// Opens the store. Under the duress passphrase everything in it is destroyed, and the store
    /// that opens is new and empty, with that passphrase as its own.
    pub(super) async fn unlock(&self, passphrase: &Passphrase) -> Result<SealedVault, StoreError> {
        let header = self.ask(Job::Header).await?;
        let header = header.ok_or(StoreError::Tampered("header"))?;
        match store::open(&header, passphrase)? {
            Opened::Store(sealer) => Ok(SealedVault {
                vault: self.clone(),
                sealer,
            }),
            Opened::Duress(_) => self.create(passphrase).await,
        }
    }

    /// Sets a duress passphrase.
    pub(super) async fn set_duress(&self, duress: &Passphrase) -> Result<(), StoreError> {
        let header = self.ask(Job::Header).await?;
        let header = header.ok_or(StoreError::Tampered("header"))?;
        let header = store::with_duress(&header, duress)?;
        self.ask(|answer| Job::PutHeader(header, answer)).await
    }

    /// Destroys everything: the header first, without which the records are noise.
    pub(super) async fn wipe(&self) -> Result<(), StoreError> {
        if self.exists().await? {
            let noise = entente_device::random_bytes::<OVERWRITE_BYTES>()?.to_vec();
            self.ask(|answer| Job::PutHeader(noise, answer)).await?;
        }
        self.ask(Job::Wipe).await
    }
}

/// The open store.
#[derive(Clone)]
pub(super) struct SealedVault {
    vault: Vault,
    sealer: Sealer,
}

impl Store for SealedVault {
    fn scan<'a>(&'a self, prefix: &'a [u8]) -> Later<'a, Result<Records, StoreError>> {
        Box::pin(async move {
            let found = self.vault.ask(|answer| Job::Scan(prefix.to_vec(), answer));
            let open = |(key, value): (Vec<u8>, Vec<u8>)| {
                let opened = self.sealer.open(&key, &value)?;
                Ok((
                    key.strip_prefix(prefix).unwrap_or_default().to_vec(),
                    opened,
                ))
            };
            found.await?.into_iter().map(open).collect()
        })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> Later<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            let found = self
                .vault
                .ask(|answer| Job::Get(key.to_vec(), answer))
                .await?;
            found.map(|value| self.sealer.open(key, &value)).transpose()
        })
    }

    fn apply(&self, changes: Changes) -> Later<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let sealed = changes
                .into_iter()
                .map(|(key, value)| {
                    let value = value
                        .map(|value| self.sealer.seal(&key, &value))
                        .transpose()?;
                    Ok((key, value))
                })
                .collect::<Result<Changes, StoreError>>()?;
            self.vault.ask(|answer| Job::Apply(sealed, answer)).await
        })
    }

    /// A browser's database can't be written over: what it keeps of deleted values stays sealed under
    /// the master key until the device is wiped.
    fn renew(&self, _: Scope) -> Later<'_, Result<(), StoreError>> {
        Box::pin(core::future::ready(Ok(())))
    }
}

fn gone() -> StoreError {
    StoreError::Database("the browser's database is gone".to_owned())
}

fn failed(error: impl core::fmt::Display) -> StoreError {
    StoreError::Database(error.to_string())
}

async fn run(mut queue: mpsc::UnboundedReceiver<Job>, ready: Answer<()>) {
    let base = match database().await {
        Ok(base) => base,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let _ = ready.send(Ok(()));
    // Whoever asked may have stopped waiting.
    while let Some(job) = queue.recv().await {
        match job {
            Job::Header(answer) => {
                let key = JsValue::from_str(HEADER);
                let _ = answer.send(get(&base, META, key).await);
            }
            Job::PutHeader(header, answer) => {
                let _ = answer.send(put_header(&base, &header).await);
            }
            Job::Get(key, answer) => {
                let key = bytes(&key);
                let _ = answer.send(get(&base, RECORDS, key).await);
            }
            Job::Scan(prefix, answer) => {
                let _ = answer.send(scan(&base, &prefix).await);
            }
            Job::Apply(changes, answer) => {
                let _ = answer.send(apply(&base, &changes).await);
            }
            Job::Wipe(answer) => {
                let _ = answer.send(wipe(&base).await);
            }
        }
    }
}

/// The database, and the JavaScript value that it is.
struct Base {
    database: Database,
    raw: JsValue,
}

async fn database() -> Result<Base, StoreError> {
    let factory = Factory::new().map_err(failed)?;
    let mut request = factory.open(DATABASE, Some(1)).map_err(failed)?;
    request.on_upgrade_needed(|event| {
        // A database without its stores fails at the first use, with an error that is shown.
        if let Ok(database) = event.database() {
            for name in [RECORDS, META] {
                let _ = database.create_object_store(name, ObjectStoreParams::new());
            }
        }
    });
    let raw = JsValue::from(request.await.map_err(failed)?);
    let database = Database::try_from(raw.clone()).map_err(failed)?;
    Ok(Base { database, raw })
}

fn bytes(value: &[u8]) -> JsValue {
    Uint8Array::from(value).into()
}

/// A transaction whose end means that the disk has it (`durability: strict`).
fn writing(base: &Base) -> Result<Transaction, StoreError> {
    let word = |_: JsValue| StoreError::Database("no transaction".to_owned());
    let stores: Array = [RECORDS, META].into_iter().map(JsValue::from_str).collect();
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(word)?;
    let begin: Function = Reflect::get(&base.raw, &"transaction".into())
        .and_then(JsCast::dyn_into)
        .map_err(word)?;
    let begun = begin.call3(&base.raw, &stores, &"readwrite".into(), &options);
    Transaction::try_from(begun.map_err(word)?).map_err(failed)
}

async fn done(transaction: Transaction) -> Result<(), StoreError> {
    let result = transaction.await.map_err(failed)?;
    if result.is_committed() {
        Ok(())
    } else {
        Err(StoreError::Database(
            "the transaction was aborted".to_owned(),
        ))
    }
}

async fn get(base: &Base, name: &str, key: JsValue) -> Result<Option<Vec<u8>>, StoreError> {
    let transaction = base
        .database
        .transaction(&[name], TransactionMode::ReadOnly)
        .map_err(failed)?;
    let store = transaction.object_store(name).map_err(failed)?;
    let found = store.get(Query::Key(key)).map_err(failed)?;
    let found = found.await.map_err(failed)?;
    Ok(found.map(|value| Uint8Array::new(&value).to_vec()))
}

async fn put_header(base: &Base, header: &[u8]) -> Result<(), StoreError> {
    let transaction = writing(base)?;
    let store = transaction.object_store(META).map_err(failed)?;
    let key = JsValue::from_str(HEADER);
    store.put(&bytes(header), Some(&key)).map_err(failed)?;
    done(transaction).await
}

/// The keys that begin with `prefix`.
fn range(prefix: &[u8]) -> Result<KeyRange, StoreError> {
    let lower = bytes(prefix);
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX);
    let Some(last) = last else {
        return KeyRange::lower_bound(&lower, Some(false)).map_err(failed);
    };
    let mut upper = prefix.get(..=last).unwrap_or_default().to_vec();
    if let Some(byte) = upper.last_mut() {
        *byte += 1;
    }
    KeyRange::bound(&lower, &bytes(&upper), Some(false), Some(true)).map_err(failed)
}

async fn scan(base: &Base, prefix: &[u8]) -> Result<Records, StoreError> {
    let transaction = base
        .database
        .transaction(&[RECORDS], TransactionMode::ReadOnly)
        .map_err(failed)?;
    let store = transaction.object_store(RECORDS).map_err(failed)?;
    let query = || Ok::<_, StoreError>(Some(Query::KeyRange(range(prefix)?)));
    // Both are asked for before the first is waited for: a transaction ends when nothing is asked.
    let keys = store.get_all_keys(query()?, None).map_err(failed)?;
    let values = store.get_all(query()?, None).map_err(failed)?;
    let (keys, values) = (keys.await.map_err(failed)?, values.await.map_err(failed)?);
    let read = |value: JsValue| Uint8Array::new(&value).to_vec();
    Ok(keys
        .into_iter()
        .map(read)
        .zip(values.into_iter().map(read))
        .collect())
}

async fn apply(base: &Base, changes: &Changes) -> Result<(), StoreError> {
    let transaction = writing(base)?;
    let store = transaction.object_store(RECORDS).map_err(failed)?;
    for (key, value) in changes {
        let key = bytes(key);
        match value {
            Some(value) => drop(store.put(&bytes(value), Some(&key)).map_err(failed)?),
            None => drop(store.delete(Query::Key(key)).map_err(failed)?),
        }
    }
    done(transaction).await
}

async fn wipe(base: &Base) -> Result<(), StoreError> {
    let transaction = writing(base)?;
    for name in [META, RECORDS] {
        let store = transaction.object_store(name).map_err(failed)?;
        store.clear().map_err(failed)?;
    }
    done(transaction).await
}
