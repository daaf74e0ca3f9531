//! `entente-server retention`: the same as a running hub does by itself, now; or what it would do, and when.

use std::io::{self, Write};

use entente_delivery::{LoadError, Room, RoomRecord};

use crate::blobs::Blobs;
use crate::config::Config;
use crate::retention::{self, RetentionError};
use crate::room::NoAbove;
use crate::serve::{lock_data, open_blobs};
use crate::store::{Basis, Due, Holdings, Kept, Store, StoreError};
use crate::{Clock, ServerError};

/// Rooms of one list; a hub has no more of them open.
const LISTED: u32 = 10_000;

/// Whether what was said goes, or the rest.
fn is_shred(due: &Due) -> bool {
    matches!(due.kept, Kept::All | Kept::Going)
}

/// What is told of a room.
fn line(due: &Due, held: Holdings, now_ms: u64, as_json: bool) -> String {
    let (what, at_ms) = if is_shred(due) {
        ("shred", due.shred_at_ms)
    } else {
        ("forget", due.forget_at_ms)
    };
    let is_due = at_ms <= now_ms;
    let Due {
        room, closes_at_ms, ..
    } = due;
    let Holdings {
        messages,
        message_bytes,
        blobs,
    } = held;
    if as_json {
        let line = serde_json::json!({
            "room": room, "what": what, "at_ms": at_ms, "due": is_due, "closes_at_ms": closes_at_ms,
            "messages": messages, "message_bytes": message_bytes, "blobs": blobs,
        });
        return line.to_string();
    }
    let when = if is_due {
        "now".to_owned()
    } else {
        let minutes = (at_ms - now_ms).div_ceil(60_000);
        let (days, hours) = (minutes / 1_440, minutes % 1_440 / 60);
        format!("in {days} d {hours} h {} min", minutes % 60)
    };
    let what = match what {
        "shred" => format!("{messages} messages ({message_bytes} bytes), {blobs} blobs"),
        _ => "how it ended, and who sat".to_owned(),
    };
    format!("{room}  {when}: {what}")
}

/// What would go, and when, the most urgent first. Changes nothing; a hub may be running.
///
/// # Errors
/// [`ServerError`].
pub async fn list(config: &Config, out: &mut impl Write) -> Result<(), ServerError> {
    let store = Store::open(config.database.expose(), config.keep_messages).await?;
    let held = holdings(&store, u64::MAX).await;
    store.close().await;
    let now_ms = Clock::default().now_ms();
    for (due, held) in held? {
        tell(out, &line(&due, held, now_ms, config.json))?;
    }
    Ok(())
}

/// Rooms of which something must be gone by `until_ms`, with what they have.
async fn holdings(store: &Store, until_ms: u64) -> Result<Vec<(Due, Holdings)>, StoreError> {
    let mut all = Vec::new();
    for due in store.due(until_ms, LISTED).await? {
        all.push((due, store.holdings(due.room).await?));
    }
    Ok(all)
}

/// Has everything go that is due. An embedded database is written anew, so that nothing is left in it of what was
/// deleted before either; no hub may be running on it.
///
/// # Errors
/// [`ServerError`]; what was done until then stays done.
pub async fn carry_out(config: &Config, out: &mut impl Write) -> Result<(), ServerError> {
    let is_embedded = config.database.expose().starts_with("sqlite:");
    let _lock = is_embedded.then(|| lock_data(config)).transpose()?;
    let store = Store::open(config.database.expose(), config.keep_messages).await?;
    let blobs = open_blobs(config)?;
    let result = forget(&store, &blobs, config.json, out).await;
    store.close().await;
    result
}

async fn forget(
    store: &Store,
    blobs: &Blobs,
    as_json: bool,
    out: &mut impl Write,
) -> Result<(), ServerError> {
    let now_ms = Clock::default().now_ms();
    close_overdue(store, now_ms).await?;
    // Before the first of it goes.
    let held = holdings(store, now_ms).await?;
    loop {
        let turn = retention::turn(store, blobs, now_ms).await?;
        for due in &turn.done {
            let had = held
                .iter()
                .find(|(other, _)| other.room == due.room && is_shred(other) == is_shred(due));
            let had = had.map_or(Holdings::default(), |(_, held)| *held);
            tell(out, &line(due, had, now_ms, as_json))?;
        }
        if !turn.has_rest && turn.done.is_empty() {
            break;
        }
    }
    store.rewrite().await?;
    store.empty_log().await?;
    Ok(())
}

/// Rooms whose time was over while no hub was running.
async fn close_overdue(store: &Store, now_ms: u64) -> Result<(), ServerError> {
    for id in store.overdue_rooms(now_ms).await? {
        let Some(stored) = store.room(id).await? else {
            continue;
        };
        let head = stored.record.head;
        match load(store, stored.record).await {
            Ok(mut room) => {
                let basis = Basis::of(head, room.above());
                let effects = room.handle_timeout(now_ms).into();
                // A hub that is running closes it as well, and may have been faster.
                let _ = store.store_effects(id, basis, effects, now_ms).await;
            }
            Err(error) => tracing::error!(room = %id, %error, "a room can't be read"),
        }
    }
    Ok(())
}

async fn load(store: &Store, record: RoomRecord) -> Result<Room, NoAbove> {
    let Some(parent) = record.parent else {
        return Ok(Room::load(record)?);
    };
    let above = crate::room::above(store, parent).await?;
    let above = above.ok_or(NoAbove::Load(LoadError::Above))?;
    Ok(Room::load_within(record, &above)?)
}

fn tell(out: &mut impl Write, line: &str) -> Result<(), ServerError> {
    writeln!(out, "{line}").map_err(|error: io::Error| ServerError::Serve(error))
}

impl From<RetentionError> for ServerError {
    fn from(error: RetentionError) -> Self {
        match error {
            RetentionError::Store(error) => Self::Store(error),
            RetentionError::Blobs(error) => Self::Blobs(error),
            error @ RetentionError::Gap(_) => Self::Retention(error),
        }
    }
}
