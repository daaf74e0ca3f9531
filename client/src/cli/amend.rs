//! `entente room amend`, `amendments`, `sign`, `extend` and `close`: changes of the charter.

use std::time::Duration;

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_room::{Amendment, CharterChange, Session, SessionError};
use entente_trust::Country;
use serde_json::json;

use super::common::{RoomArgs, duration, known, milliseconds, pick_room, start_caught_up};
use super::consent::{Consent, consents, names};
use super::named_authority::NamedAuthority;
use super::room::commit;
use super::{Failure, Output};
use crate::engine::{Engine, EngineError, Wish};
use crate::i18n::{t, time, tr};
use crate::now_ms;

#[derive(Debug, clap::Args)]
pub(super) struct Amend {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-closes-in"))]
    closes_in: Option<Duration>,
    #[arg(long = "admit", value_name = "CC[:ROLE]=FILE", help = t("help-amend-admit"))]
    admitted: Vec<NamedAuthority>,
    #[arg(long = "withdraw", value_name = "CC", help = t("help-amend-withdraw"))]
    withdrawn: Vec<Country>,
    #[arg(long = "coordinator", value_name = "DEVICE", help = t("help-amend-coordinator"))]
    coordinators: Vec<String>,
    #[arg(long = "not-coordinator", value_name = "DEVICE", help = t("help-amend-not-coordinator"))]
    not_coordinators: Vec<String>,
    #[arg(long, value_name = "N", help = t("help-quorum"))]
    quorum: Option<u8>,
    #[arg(long, value_name = "TIME", value_parser = duration, help = t("help-retention"))]
    retention: Option<Duration>,
    #[arg(long = "consent", value_name = "WHAT", help = t("help-consent"))]
    agreed: Vec<Consent>,
    #[arg(long = "no-consent", value_name = "WHAT", help = t("help-no-consent"))]
    disagreed: Vec<Consent>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Sign {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "AMENDMENT", help = t("help-amendment"))]
    amendment: Fingerprint,
}

pub(super) async fn amend(args: Amend, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let mut change = CharterChange {
        closes_at_ms: args
            .closes_in
            .map(|time| now_ms().saturating_add(milliseconds(time))),
        quorum: args.quorum,
        retention_ms: args.retention.map(milliseconds),
        agreed: consents(&args.agreed),
        disagreed: consents(&args.disagreed),
        ..CharterChange::default()
    };
    for authority in &args.admitted {
        change.admitted.push(authority.in_charter()?);
    }
    let named = engine
        .view(room, |session| session.charter().authorities.clone())
        .await?;
    for country in &args.withdrawn {
        let mut roots = named.iter().filter(|known| known.country == *country);
        let first = roots
            .next()
            .ok_or_else(|| Failure::unknown(&country.to_string()))?;
        change.withdrawn.push(first.root);
        change.withdrawn.extend(roots.map(|known| known.root));
    }
    for device in &args.coordinators {
        change
            .coordinators_added
            .push(known(&engine, device).await?);
    }
    for device in &args.not_coordinators {
        change
            .coordinators_removed
            .push(known(&engine, device).await?);
    }
    carry_out(engine, (room, args.room.device.wait), change, output).await
}

/// Moves the end of the time box.
pub(super) async fn close_at(
    args: &RoomArgs,
    closes_at_ms: u64,
    output: Output,
) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let change = CharterChange::close_at(closes_at_ms);
    carry_out(engine, (room, args.device.wait), change, output).await
}

/// Commits the change if this device may sign it alone, else proposes it to the other coordinators.
async fn carry_out(
    engine: Engine,
    (room, wait): (RoomId, Duration),
    change: CharterChange,
    output: Output,
) -> Result<(), Failure> {
    let quorum = engine
        .view(room, |session| session.charter().quorum)
        .await?;
    if quorum == 1 {
        let seq = commit(&engine, room, Wish::Amend(Box::new(change)), wait).await;
        let closes_at_ms = engine
            .view(room, |session| session.charter().closes_at_ms)
            .await?;
        engine.stop().await;
        output.show(
            &json!({ "room": room, "seq": seq?, "closes_at_ms": closes_at_ms }),
            || tr("room-ends", &[("time", &time(closes_at_ms))]),
        );
        return Ok(());
    }
    let proposed = propose(&engine, (room, wait), change).await;
    engine.stop().await;
    let digest = proposed?;
    output.show(
        &json!({ "room": room, "amendment": digest, "quorum": quorum }),
        || digest.to_string(),
    );
    output.aside(&tr(
        "amendment-proposed",
        &[("quorum", &quorum.to_string())],
    ));
    Ok(())
}

/// Strikes evicted coordinators from the charter, or has the others sign that: their signatures count
/// for nothing, but the charter should not name them. Returns what a person must know of it, if there
/// was anything to strike.
pub(super) async fn strike(
    engine: &Engine,
    (room, wait): (RoomId, Duration),
    coordinators: Vec<DeviceId>,
) -> Option<String> {
    if coordinators.is_empty() {
        return None;
    }
    let change = CharterChange {
        coordinators_removed: coordinators,
        ..CharterChange::default()
    };
    let done = match engine.view(room, |session| session.charter().quorum).await {
        Ok(1) => commit(engine, room, Wish::Amend(Box::new(change)), wait)
            .await
            .map(|_| "evicted-struck"),
        Ok(_) => propose(engine, (room, wait), change)
            .await
            .map(|_| "evicted-proposed"),
        Err(error) => Err(error.into()),
    };
    Some(match done {
        Ok(said) => t(said),
        Err(failure) => tr("evicted-still-named", &[("reason", &failure.message)]),
    })
}

async fn propose(
    engine: &Engine,
    (room, wait): (RoomId, Duration),
    change: CharterChange,
) -> Result<Fingerprint, Failure> {
    let (digest, item) = engine
        .change(room, move |session, now_ms| {
            session.propose_amendment(&change, now_ms)
        })
        .await?;
    is_sent(engine, (room, wait), item).await?;
    Ok(digest)
}

async fn is_sent(
    engine: &Engine,
    (room, wait): (RoomId, Duration),
    item: u64,
) -> Result<(), Failure> {
    let gone = engine.until(room, move |session| !session.is_waiting(item));
    match tokio::time::timeout(wait, gone).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(Failure::queued()),
    }
}

pub(super) async fn sign(args: Sign, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_room(&engine, args.room.room).await?;
    let wait = args.room.device.wait;
    let digest = args.amendment;
    let item = engine
        .change(room, move |session, _| session.sign_amendment(digest))
        .await?;
    is_sent(&engine, (room, wait), item).await?;
    // If that was the last signature, this device puts the amendment in force: it is online.
    let is_complete = move |session: &Session| {
        session
            .complete_amendment()
            .is_some_and(|signed| signed.charter.fingerprint() == digest)
    };
    let seq = if engine.view(room, is_complete).await? {
        match commit(&engine, room, Wish::Enact(digest), wait).await {
            Ok(seq) => Some(seq),
            Err(failure) => {
                let is_in_force = engine
                    .view(room, move |session| {
                        session.charter().fingerprint() == digest
                    })
                    .await?;
                // Another coordinator's device was quicker.
                if !is_in_force {
                    return Err(failure);
                }
                None
            }
        }
    } else {
        None
    };
    let is_in_force = engine
        .view(room, move |session| {
            session.charter().fingerprint() == digest
        })
        .await?;
    engine.stop().await;
    output.show(
        &json!({ "room": room, "amendment": digest, "in_force": is_in_force, "seq": seq }),
        || {
            t(if is_in_force {
                "amendment-in-force"
            } else {
                "amendment-signed"
            })
        },
    );
    Ok(())
}

pub(super) async fn list(args: &RoomArgs, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.device).await?;
    let room = pick_room(&engine, args.room).await?;
    let (amendments, quorum) = engine
        .view(room, |session| {
            (session.amendments(), session.charter().quorum)
        })
        .await?;
    engine.stop().await;
    if amendments.is_empty() {
        output.say(&t("amendment-list-empty"));
    }
    for amendment in amendments {
        output.show(&as_json(&amendment, quorum), || line(&amendment, quorum));
    }
    Ok(())
}

fn countries(amendment: &Amendment) -> Vec<String> {
    let authorities = amendment.charter.authorities.iter();
    authorities
        .map(|authority| authority.country.to_string())
        .collect()
}

fn as_json(amendment: &Amendment, quorum: u8) -> serde_json::Value {
    json!({
        "amendment": amendment.digest,
        "by": amendment.by,
        "signers": amendment.signers,
        "quorum": quorum,
        "closes_at_ms": amendment.charter.closes_at_ms,
        "countries": countries(amendment),
        "coordinators": amendment.charter.coordinators,
        "next_quorum": amendment.charter.quorum,
        "retention_ms": amendment.charter.terms.retention_ms(),
        "consents": names(amendment.charter.terms.consents()),
    })
}

fn line(amendment: &Amendment, quorum: u8) -> String {
    tr(
        "amendment-line",
        &[
            ("amendment", &amendment.digest.to_string()),
            ("time", &time(amendment.charter.closes_at_ms)),
            ("countries", &countries(amendment).join(" ")),
            (
                "coordinators",
                &amendment.charter.coordinators.len().to_string(),
            ),
            ("signatures", &amendment.signers.len().to_string()),
            ("quorum", &quorum.to_string()),
        ],
    )
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        EngineError::Session(error).into()
    }
}
