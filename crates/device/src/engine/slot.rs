//! What the engine keeps beside each session.

use std::collections::VecDeque;

use entente_protocol::{Delivery, ErrorCode, RoomId};
use entente_room::Session;
use tokio::sync::oneshot;

use super::EngineError;
use super::commit_job::{Active, Job};
use super::duties::Due;
use super::work::Asked;
use crate::connection::Following;

/// How long to wait before a hub is asked again that can't deliver just now and did not say when, milliseconds.
const ASK_AGAIN_MS: u64 = 500;

/// How long the hub may bring nothing of what this device has missed before it is asked again, milliseconds.
const FOLLOW_PATIENCE_MS: u64 = 60_000;

/// How long a newcomer waits for its inviter's snapshot before it asks, and for each member's that it asks, milliseconds.
const SNAPSHOT_PATIENCE_MS: u64 = 3_000;

/// How long it waits at most when nobody has given one so far, milliseconds.
const MOST_SNAPSHOT_PATIENCE_MS: u64 = 300_000;

/// A board that is waited for.
struct Missing {
    /// Since it is known to be missing, or was last asked for, by the steady clock.
    since_ms: u64,
    patience_ms: u64,
    /// How many were asked in this round.
    asked: usize,
}

/// How the hub delivers a room at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Not at all.
    Off,
    /// Asked for.
    Asked,
    /// Delivering what was missed.
    CatchingUp,
    /// As it comes.
    Live,
    /// The hub will not deliver it any more; no use asking again on this connection.
    Refused(ErrorCode),
}

/// Called after each change of a session; true ends the wait.
pub(super) type Predicate = Box<dyn FnMut(&Session) -> bool + Send>;

pub(super) struct Slot {
    pub(super) session: Session,
    pub(super) live: Flow,
    /// What the hub said of the room when it was asked to deliver, until that has been held against what came.
    pub(super) promised: Option<Following>,
    /// The epoch that a refusal has shown to be over; nothing is sent until it has passed.
    pub(super) stale_epoch: Option<u64>,
    /// Nothing is sent before this time, by the steady clock.
    pub(super) paused_until_ms: u64,
    /// When the hub is asked again to deliver, by the steady clock.
    pub(super) follow_at_ms: Option<u64>,
    pub(super) jobs: VecDeque<Job>,
    pub(super) active: Option<Active>,
    /// The first job waits for key packages.
    pub(super) is_fetching: bool,
    /// The try to come back by external commit that is under way. What comes of an earlier one, begun by another session or on
    /// another connection, counts no more.
    pub(super) resyncing: Option<u64>,
    /// Events that somebody waits for, by their place in the outbox.
    pub(super) said: Vec<(u64, oneshot::Sender<Result<u64, EngineError>>)>,
    pub(super) watchers: Vec<(Predicate, oneshot::Sender<()>)>,
    /// The hub no longer has what this device has seen last.
    pub(super) is_last_gone: bool,
    /// How far this device was when the hub last brought it further, and when that was, by the steady clock.
    silent: Option<(u64, u64)>,
    /// Of a board that is not there.
    missing: Option<Missing>,
    /// What this device will do by itself, if nobody does it before.
    pub(super) due: Option<Due>,
    /// Of a compartment: deliveries that wait until the room above has come as far as their authors had seen it.
    pub(super) waiting: VecDeque<Delivery>,
    /// How far that is.
    pub(super) wanted_above: Option<u64>,
    pub(super) is_dirty: bool,
    /// The session has ended, and its keys are gone from the store for good.
    pub(super) is_destroyed: bool,
}

impl Slot {
    pub(super) fn new(session: Session) -> Self {
        Self {
            session,
            live: Flow::Off,
            promised: None,
            stale_epoch: None,
            paused_until_ms: 0,
            follow_at_ms: None,
            jobs: VecDeque::new(),
            active: None,
            is_fetching: false,
            resyncing: None,
            said: Vec::new(),
            watchers: Vec::new(),
            is_last_gone: false,
            silent: None,
            missing: None,
            due: None,
            waiting: VecDeque::new(),
            wanted_above: None,
            is_dirty: true,
            is_destroyed: false,
        }
    }

    pub(super) fn is_resyncing(&self) -> bool {
        self.resyncing.is_some()
    }

    /// Whether the session can take and send messages.
    pub(super) fn is_active(&self) -> bool {
        self.session.ended().is_none() && self.session.halted_at().is_none()
    }

    pub(super) fn may_send(&self, steady_ms: u64) -> bool {
        let epoch_is_over = self.stale_epoch.is_some() && self.stale_epoch == self.session.epoch();
        self.live == Flow::Live
            && self.is_active()
            && !self.is_resyncing()
            && !epoch_is_over
            && steady_ms >= self.paused_until_ms
    }

    /// Whether the hub was asked to deliver, and nothing has come of it for too long: then it is asked again.
    pub(super) fn is_kept_waiting(&mut self, steady_ms: u64) -> bool {
        let is_behind = matches!(self.live, Flow::Asked | Flow::CatchingUp);
        if !is_behind || self.is_resyncing() || !self.waiting.is_empty() {
            self.silent = None;
            return false;
        }
        let cursor = self.session.cursor();
        let (_, since_ms) = self
            .silent
            .filter(|(at, _)| *at == cursor)
            .unwrap_or((cursor, steady_ms));
        let is_too_long = steady_ms.saturating_sub(since_ms) >= FOLLOW_PATIENCE_MS;
        // Asked again, the hub has as much time anew.
        self.silent = (!is_too_long).then_some((cursor, since_ms));
        is_too_long
    }

    /// What the hub is to deliver: the last message that is known is among it, so that a hub which has lost it and put
    /// another in its place is seen to have.
    pub(super) fn ask(&self, room: RoomId) -> Asked {
        let cursor = self.session.cursor();
        Asked {
            room,
            cursor,
            after: cursor.saturating_sub(u64::from(!self.is_last_gone)),
        }
    }

    /// Whether a board that is not there should be asked for: soon at first, of each member once, and then ever more seldom,
    /// since it may be that nobody has it.
    pub(super) fn is_snapshot_due(&mut self, steady_ms: u64) -> bool {
        if !self.is_active() || self.live != Flow::Live || self.session.is_board_ready() {
            self.missing = None;
            return false;
        }
        let others = self.session.roster().len().saturating_sub(1);
        let missing = self.missing.get_or_insert(Missing {
            since_ms: steady_ms,
            patience_ms: SNAPSHOT_PATIENCE_MS,
            asked: 0,
        });
        if steady_ms.saturating_sub(missing.since_ms) < missing.patience_ms {
            return false;
        }
        missing.since_ms = steady_ms;
        missing.asked += 1;
        if missing.asked >= others {
            missing.asked = 0;
            let next_ms = missing.patience_ms.saturating_mul(2);
            missing.patience_ms = next_ms.min(MOST_SNAPSHOT_PATIENCE_MS);
        }
        true
    }

    /// The hub does not deliver. True if it will not; otherwise its trouble passes, and it is asked again.
    pub(super) fn turned_away(
        &mut self,
        code: ErrorCode,
        retry_after_ms: Option<u64>,
        steady_ms: u64,
    ) -> bool {
        let passes = matches!(
            code,
            ErrorCode::Unavailable | ErrorCode::Busy | ErrorCode::RateLimited
        );
        if passes {
            let wait_ms = retry_after_ms.unwrap_or(ASK_AGAIN_MS);
            self.live = Flow::Off;
            self.follow_at_ms = Some(steady_ms.saturating_add(wait_ms));
        } else {
            self.live = Flow::Refused(code);
        }
        !passes
    }

    /// The connection is gone: what was on its way has an unknown fate.
    pub(super) fn disconnect(&mut self) {
        self.session.connection_lost();
        self.live = Flow::Off;
        self.promised = None;
        self.silent = None;
        self.is_last_gone = false;
        self.follow_at_ms = None;
        self.stale_epoch = None;
        self.is_fetching = false;
        self.resyncing = None;
        // They come again.
        self.waiting.clear();
        self.wanted_above = None;
    }

    /// Tells those who wait for what has come true.
    pub(super) fn notify(&mut self) {
        let session = &self.session;
        for (id, reply) in core::mem::take(&mut self.said) {
            if session.ended().is_some() {
                let _ = reply.send(Err(EngineError::Session(entente_room::SessionError::Ended)));
            } else if let Flow::Refused(code) = self.live {
                // It stays in the outbox, for a hub that will have it.
                let _ = reply.send(Err(EngineError::Refused { code, detail: None }));
            } else if session.is_waiting(id) {
                self.said.push((id, reply));
            } else {
                // Whoever asked may have stopped waiting; so everywhere below.
                let _ = reply.send(match session.fate(id) {
                    Some((_, Some(reason))) => Err(EngineError::Rejected(reason)),
                    Some((seq, None)) => Ok(seq),
                    None => Ok(session.cursor()),
                });
            }
        }
        for (mut predicate, reply) in core::mem::take(&mut self.watchers) {
            if predicate(session) {
                let _ = reply.send(());
            } else if !reply.is_closed() {
                self.watchers.push((predicate, reply));
            }
        }
        if let Flow::Refused(code) = self.live {
            for job in self
                .jobs
                .drain(..)
                .chain(self.active.take().map(|active| active.job))
            {
                job.answer(Err(EngineError::Refused { code, detail: None }));
            }
        }
        if session.ended().is_some() {
            for job in self
                .jobs
                .drain(..)
                .chain(self.active.take().map(|active| active.job))
            {
                job.answer(Err(EngineError::Session(entente_room::SessionError::Ended)));
            }
        }
    }
}
