//! Forgetting what was said in rooms that are over, when the retention of their charter is: messages, photos and
//! documents first; how the room ended later, when no device can believe any more that it goes on. Digests of the
//! messages stay in the audit log.

use std::sync::Arc;
use std::time::Duration;

use entente_protocol::{Fingerprint, RoomId};
use entente_trust::{LinkHead, chain};

use crate::blobs::Blobs;
use crate::hub::Hub;
use crate::store::{Due, Kept, Step, Store, StoreError};

/// How often a hub looks for rooms of which something must go, if none has just closed.
const INTERVAL: Duration = Duration::from_secs(30);

/// Between two turns while there is more to do: rooms that are open come first.
const PAUSE: Duration = Duration::from_millis(20);

/// Work of one turn.
const ROOMS_A_TURN: u32 = 16;
const OBJECTS_A_TURN: usize = 256;
const MESSAGES_A_TURN: u32 = 2_000;

/// Messages of which one row of the audit log holds the digest.
const MESSAGES_A_NOTE: u64 = 10_000;

/// Why something is still there that should be gone.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Photos and documents.
    #[error("photos and documents: {0}")]
    Blobs(#[from] object_store::Error),
    /// The room's messages are not all there.
    #[error("the log of room {0} has a gap")]
    Gap(RoomId),
}

/// What a turn has come to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Rooms of which all is gone that was due.
    pub(crate) done: Vec<Due>,
    /// There is more to do.
    pub(crate) has_rest: bool,
}

/// Forgets until the hub stops: at once when a room closes, and every now and then.
pub(crate) async fn run(hub: Arc<Hub>) {
    let mut stopping = hub.stopping();
    let mut is_log_full = false;
    loop {
        let turn = match turn(&hub.store, &hub.blobs, hub.clock.now_ms()).await {
            Ok(turn) => turn,
            Err(error) => {
                tracing::error!(%error, "what should be gone is still there");
                Turn::default()
            }
        };
        for due in &turn.done {
            tracing::info!(room = %due.room, kept = ?due.kept, "a room was forgotten as its charter wants");
            hub.unload(due.room).await;
        }
        is_log_full |= !turn.done.is_empty();
        if is_log_full && !turn.has_rest {
            // Somebody who reads just now keeps it; the next turn tries again.
            is_log_full = !matches!(hub.store.empty_log().await, Ok(true));
        }
        let wait = if turn.has_rest { PAUSE } else { INTERVAL };
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = hub.room_closed.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// One turn's work.
///
/// # Errors
/// See [`RetentionError`]; what was done until then stays done.
pub(crate) async fn turn(
    store: &Store,
    blobs: &Blobs,
    now_ms: u64,
) -> Result<Turn, RetentionError> {
    let mut turn = Turn::default();
    let due = store.due(now_ms, ROOMS_A_TURN).await?;
    turn.has_rest = due.len() == ROOMS_A_TURN as usize;
    for due in due {
        let is_done = match due.kept {
            Kept::All | Kept::Going => shred(store, blobs, due, now_ms).await,
            Kept::End | Kept::Nothing => forget_rest(store, due.room, now_ms).await,
        };
        match is_done {
            Ok(true) => turn.done.push(due),
            Ok(false) => turn.has_rest = true,
            // Another hub is at it.
            Err(RetentionError::Store(StoreError::Behind)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(turn)
}

/// Shreds what was said; false if there is more of it.
async fn shred(
    store: &Store,
    blobs: &Blobs,
    due: Due,
    now_ms: u64,
) -> Result<bool, RetentionError> {
    let room = due.room;
    if due.kept == Kept::All {
        store.forget(room, Step::Begin, now_ms).await?;
    }
    note_messages(store, room, now_ms).await?;
    if blobs.shred(room, OBJECTS_A_TURN).await? == OBJECTS_A_TURN {
        return Ok(false);
    }
    let most = MESSAGES_A_TURN;
    let gone = store.forget(room, Step::Messages { most }, now_ms).await?;
    if gone == u64::from(most) {
        return Ok(false);
    }
    blobs.clear(room).await?;
    store.forget(room, Step::End, now_ms).await?;
    Ok(true)
}

async fn forget_rest(store: &Store, room: RoomId, now_ms: u64) -> Result<bool, RetentionError> {
    store.forget(room, Step::Rest, now_ms).await?;
    Ok(true)
}

/// Puts the digests of a room's messages into the audit log, as far as they are not there: the running hash over the
/// links from one place to another, from zeros on.
pub(crate) async fn note_messages(
    store: &Store,
    room: RoomId,
    now_ms: u64,
) -> Result<(), RetentionError> {
    loop {
        let audited = store.audited(room).await?;
        let mut digest = [0; 32];
        let mut span: Option<(u64, u64)> = None;
        let end = audited.saturating_add(MESSAGES_A_NOTE);
        loop {
            let after = span.map_or(audited, |(_, to)| to);
            // What lies before the oldest message that is kept can't be noted any more.
            let until = span.map_or(u64::MAX >> 1, |(from, _)| end.max(from));
            let page = store.page(room, after, until).await?;
            if page.is_empty() {
                break;
            }
            for delivery in page {
                let from = match span {
                    None => delivery.seq,
                    Some((from, to)) if delivery.seq == to + 1 => from,
                    Some(_) => return Err(RetentionError::Gap(room)),
                };
                digest = chain(digest, LinkHead::of(&delivery).link());
                span = Some((from, delivery.seq));
            }
        }
        let Some((from, to)) = span else {
            return Ok(());
        };
        let digest = Fingerprint::from_bytes(digest);
        let note = Step::Note {
            audited,
            from,
            to,
            digest,
        };
        match store.forget(room, note, now_ms).await {
            // Another one has noted it.
            Ok(_) | Err(StoreError::Behind) => {}
            Err(error) => return Err(error.into()),
        }
        if store.audited(room).await? <= audited {
            return Ok(());
        }
    }
}
