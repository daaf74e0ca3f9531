//! The one task that writes: what waits goes into one transaction.

use std::sync::Arc;

use entente_delivery::Effect;
use entente_protocol::{
    DeviceId, EnrolmentAnswer, EnrolmentRequest, Fingerprint, PushEndpoint, RoomId, TicketId,
};
use entente_trust::{Authority, SignedRevocationList};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::audit::{self, Chain};
use super::bulk::Bulk;
use super::checkpoint::Checkpoint;
use super::link::Link;
use super::tail::Tail;
use super::{blobs, effects, enrolments, push, registry, retention, revocations, tail};
use crate::clock::Stopwatch;
use crate::meters;
use crate::store::audit as entries;
use crate::store::{
    Basis, BlobKey, BlobRow, DeviceRow, KeyPackageRow, PushSecret, Step, StoreError,
};

/// Jobs of one transaction at most; the next ones gather while the disk works.
const MAX_BATCH_JOBS: usize = 512;

/// How often everybody who has something to do gets their turn while a batch waits for company: as long as some comes,
/// and so often at most.
const QUIET_PASSES: usize = 2;
const MAX_PASSES: usize = 16;

pub(super) type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to write, and whom to tell.
#[derive(Debug)]
pub(super) enum Job {
    Effects {
        room: RoomId,
        basis: Basis,
        effects: Arc<Vec<Effect>>,
        now_ms: u64,
        answer: Answer<()>,
    },
    Authority {
        authority: Authority,
        now_ms: u64,
        answer: Answer<()>,
    },
    Blob {
        blob: BlobKey,
        row: BlobRow,
        answer: Answer<()>,
    },
    Device {
        device: DeviceRow,
        answer: Answer<()>,
    },
    Publish {
        device: DeviceId,
        packages: Vec<KeyPackageRow>,
        answer: Answer<u32>,
    },
    Take {
        ciphersuite: u16,
        devices: Vec<DeviceId>,
        sparing: Vec<DeviceId>,
        now_ms: u64,
        answer: Answer<Vec<Vec<u8>>>,
    },
    WelcomeTaken {
        device: DeviceId,
        room: RoomId,
        answer: Answer<()>,
    },
    Enrolment {
        request: EnrolmentRequest,
        now_ms: u64,
        answer: Answer<()>,
    },
    Answers {
        authority: Fingerprint,
        answers: Vec<(TicketId, Option<EnrolmentAnswer>)>,
        now_ms: u64,
        answer: Answer<()>,
    },
    PushKey {
        fresh: PushSecret,
        answer: Answer<PushSecret>,
    },
    PushSubscribe {
        device: DeviceId,
        endpoint: Option<PushEndpoint>,
        answer: Answer<()>,
    },
    PushClaim {
        device: DeviceId,
        pushed_ms: u64,
        now_ms: u64,
        answer: Answer<bool>,
    },
    PushGone {
        device: DeviceId,
        endpoint: PushEndpoint,
        answer: Answer<()>,
    },
    Revocations {
        list: SignedRevocationList,
        devices: Vec<DeviceId>,
        now_ms: u64,
        answer: Answer<()>,
    },
    Forget {
        room: RoomId,
        step: Step,
        now_ms: u64,
        answer: Answer<u64>,
    },
    /// Nothing but what each transaction does that is not of plain messages alone: all is put in its place.
    Settle {
        answer: Answer<()>,
    },
    /// Not in a transaction, and with no other one beside it: so are the next two.
    EmptyLog {
        answer: Answer<bool>,
    },
    Rewrite {
        answer: Answer<()>,
    },
    Stop {
        answer: oneshot::Sender<()>,
    },
}

/// Tells who asked for a job that it is done, once its transaction is committed.
type Done = Box<dyn FnOnce() + Send>;

pub(super) async fn run(
    link: Link,
    mut queue: mpsc::Receiver<Job>,
    tail: Tail,
    keep_messages: u64,
    checkpoint: Checkpoint,
) {
    let mut jobs = Vec::with_capacity(MAX_BATCH_JOBS);
    let mut writer = Writer {
        link,
        tail,
        chain: None,
        keep_messages,
    };
    while gather(&mut queue, &mut jobs).await {
        let mut stop = None;
        let mut alone = Vec::new();
        let mut batch = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Stop { answer } => stop = Some(answer),
                job @ (Job::EmptyLog { .. } | Job::Rewrite { .. }) => alone.push(job),
                job => batch.push(job),
            }
        }
        if !batch.is_empty() {
            writer.write_batch(batch).await;
            checkpoint.written(&mut writer.link).await;
        }
        for job in alone {
            writer.clean(job).await;
        }
        if let Some(answer) = stop {
            checkpoint.stop().await;
            writer.link.close().await;
            let _ = answer.send(());
            return;
        }
    }
    checkpoint.stop().await;
}

/// Takes what waits, and lets those run who may bring more before it goes to the disk: one sync and one fan-out for
/// all of them. Where nobody has anything to do, a lone message goes at once. False if nothing will come any more.
async fn gather(queue: &mut mpsc::Receiver<Job>, jobs: &mut Vec<Job>) -> bool {
    if queue.recv_many(jobs, MAX_BATCH_JOBS).await == 0 {
        return false;
    }
    let mut quiet = 0;
    for _ in 0..MAX_PASSES {
        let before = jobs.len();
        tokio::task::yield_now().await;
        while jobs.len() < MAX_BATCH_JOBS
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
        quiet = if jobs.len() == before { quiet + 1 } else { 0 };
        if quiet == QUIET_PASSES || jobs.len() == MAX_BATCH_JOBS {
            break;
        }
    }
    true
}

/// What the task knows of the database from one transaction to the next.
struct Writer {
    link: Link,
    tail: Tail,
    /// The end of the audit log, if it was read.
    chain: Option<Chain>,
    keep_messages: u64,
}

impl Writer {
    async fn write_batch(&mut self, batch: Vec<Job>) {
        let started = Stopwatch::start();
        let count = batch.len();
        if let Err(error) = self.with_connection(batch).await {
            tracing::error!(%error, jobs = count, "a write transaction failed");
            self.chain = None;
            self.tail.lose();
        }
        meters::stored(count, started.read().as_secs_f64());
    }

    async fn with_connection(&mut self, batch: Vec<Job>) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        let written = self.write_all(&mut connection, batch).await;
        if written.is_ok() {
            self.link.give_back(connection);
        } else {
            // SQLite has ended the transaction by itself if the disk was full, and the library does not know: nothing could
            // be begun on this connection again.
            let _ = connection.close_hard().await;
        }
        written
    }

    /// What can't be done within a transaction.
    async fn clean(&mut self, job: Job) {
        match job {
            Job::EmptyLog { answer } => {
                let _ = answer.send(self.link.with(retention::empty_log).await);
            }
            Job::Rewrite { answer } => {
                let _ = answer.send(self.link.with(rewrite).await);
            }
            _ => {}
        }
    }

    /// Plain messages in a transaction of their own, all else in another one.
    async fn write_all(
        &mut self,
        connection: &mut SqliteConnection,
        batch: Vec<Job>,
    ) -> Result<(), StoreError> {
        let (mut bulk, others) = Bulk::split(batch);
        let mut jobs = Vec::new();
        if !bulk.is_empty() {
            let keep = self.keep_messages;
            self.tail.learn(connection, bulk.rooms(), keep).await?;
            jobs = bulk.turn_away(&self.tail);
        }
        if !bulk.is_empty() {
            let keep = self.keep_messages;
            jobs.extend(bulk.write(connection, &mut self.tail, keep).await?);
        }
        jobs.extend(others);
        if jobs.is_empty() {
            return Ok(());
        }
        self.carry_out(connection, jobs).await
    }

    /// What is more than messages: all that was stored before is put in its place first, and what is stored with it too.
    async fn carry_out(
        &mut self,
        connection: &mut SqliteConnection,
        jobs: Vec<Job>,
    ) -> Result<(), StoreError> {
        let rooms: Vec<RoomId> = jobs.iter().filter_map(room_of).collect();
        let keep_messages = self.keep_messages;
        let mut done = Vec::with_capacity(jobs.len());
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        self.tail
            .settle_within(&mut transaction, keep_messages)
            .await?;
        let mut chain = match self.chain.take() {
            Some(chain) => chain,
            None => audit::last(&mut transaction).await?,
        };
        for job in jobs {
            let mut context = Context {
                connection: &mut transaction,
                chain: &mut chain,
            };
            // Dropping the transaction rolls it back; whose answer is dropped knows that it was not done.
            context.carry_out(job, &mut done).await?;
        }
        if !rooms.is_empty() {
            tail::settle_all(&mut transaction, keep_messages).await?;
        }
        transaction.commit().await?;
        self.chain = Some(chain);
        self.tail.settled();
        self.tail.forget(&rooms);
        for tell in done {
            tell();
        }
        Ok(())
    }
}

/// The room of which a job may change the head, or whether it is open.
fn room_of(job: &Job) -> Option<RoomId> {
    match job {
        Job::Effects { room, .. } | Job::Forget { room, .. } => Some(*room),
        _ => None,
    }
}

struct Context<'a> {
    connection: &'a mut SqliteConnection,
    chain: &'a mut Chain,
}

impl Context<'_> {
    async fn carry_out(&mut self, job: Job, done: &mut Vec<Done>) -> Result<(), StoreError> {
        let connection = &mut *self.connection;
        match job {
            Job::Effects {
                room,
                basis,
                effects,
                now_ms,
                answer,
            } => {
                let mut result = effects::write(connection, room, basis, &effects).await;
                if result.is_ok() {
                    let entries = entries::of_effects(room, basis.is_new(), &effects);
                    result = audit::append(connection, self.chain, now_ms, entries).await;
                }
                settle(result, answer, done)
            }
            Job::Authority {
                authority,
                now_ms,
                answer,
            } => {
                let result = match registry::add_authority(connection, &authority, now_ms).await {
                    Ok(true) => {
                        let entry = entries::authority_registered(authority.fingerprint());
                        audit::append(connection, self.chain, now_ms, vec![entry]).await
                    }
                    other => other.map(|_| ()),
                };
                settle(result, answer, done)
            }
            Job::Blob { blob, row, answer } => {
                settle(blobs::put(connection, blob, row).await, answer, done)
            }
            Job::Device { device, answer } => {
                settle(registry::remember(connection, &device).await, answer, done)
            }
            Job::Publish {
                device,
                packages,
                answer,
            } => settle(
                registry::publish(connection, device, &packages).await,
                answer,
                done,
            ),
            Job::Take {
                ciphersuite,
                devices,
                sparing,
                now_ms,
                answer,
            } => {
                let wanted = (devices.as_slice(), sparing.as_slice());
                let result = registry::take(connection, ciphersuite, wanted, now_ms).await;
                settle(result, answer, done)
            }
            Job::WelcomeTaken {
                device,
                room,
                answer,
            } => settle(
                effects::welcome_taken(connection, device, room).await,
                answer,
                done,
            ),
            Job::Enrolment {
                request,
                now_ms,
                answer,
            } => settle(
                enrolments::post(connection, &request, now_ms).await,
                answer,
                done,
            ),
            Job::Answers {
                authority,
                answers,
                now_ms,
                answer,
            } => {
                let result = match enrolments::answer(connection, authority, &answers).await {
                    Ok(entries) => audit::append(connection, self.chain, now_ms, entries).await,
                    Err(error) => Err(error),
                };
                settle(result, answer, done)
            }
            Job::PushKey { fresh, answer } => {
                settle(push::keep_key(connection, &fresh).await, answer, done)
            }
            Job::PushSubscribe {
                device,
                endpoint,
                answer,
            } => {
                let result = push::subscribe(connection, device, endpoint.as_ref()).await;
                settle(result, answer, done)
            }
            Job::PushClaim {
                device,
                pushed_ms,
                now_ms,
                answer,
            } => {
                let result = push::claim(connection, device, pushed_ms, now_ms).await;
                settle(result, answer, done)
            }
            Job::PushGone {
                device,
                endpoint,
                answer,
            } => settle(
                push::gone(connection, device, &endpoint).await,
                answer,
                done,
            ),
            Job::Revocations {
                list,
                devices,
                now_ms,
                answer,
            } => {
                let mut result = revocations::put(connection, &list, &devices).await;
                if result.is_ok() {
                    let entries = entries::of_revocations(&list, &devices);
                    result = audit::append(connection, self.chain, now_ms, entries).await;
                }
                settle(result, answer, done)
            }
            Job::Forget {
                room,
                step,
                now_ms,
                answer,
            } => {
                let result = match retention::carry_out(connection, room, step).await {
                    Ok((gone, entries)) => audit::append(connection, self.chain, now_ms, entries)
                        .await
                        .map(|()| gone),
                    Err(error) => Err(error),
                };
                settle(result, answer, done)
            }
            Job::Settle { answer } => settle(Ok(()), answer, done),
            Job::EmptyLog { .. } | Job::Rewrite { .. } | Job::Stop { .. } => Ok(()),
        }
    }
}

/// A refusal is the job's own affair: it wrote nothing, and the others' work is kept. Anything else
/// ends the transaction.
fn settle<T: Send + 'static>(
    result: Result<T, StoreError>,
    answer: Answer<T>,
    done: &mut Vec<Done>,
) -> Result<(), StoreError> {
    match result {
        Err(error) if !error.is_refusal() => {
            let _ = answer.send(Err(StoreError::Transaction));
            Err(error)
        }
        result => {
            done.push(Box::new(move || {
                let _ = answer.send(result);
            }));
            Ok(())
        }
    }
}

async fn rewrite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("VACUUM").execute(connection).await?;
    Ok(())
}
