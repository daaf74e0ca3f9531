//! Who sits, what waits, and what may be a lie.

use entente_protocol::RoomId;
use entente_room::{Amendment, Author, Event, Notice, SecurityEvent, Session};
use entente_trust::Authority;
use serde::{Deserialize, Serialize};

use super::{Names, Place, When, Who, lies_in};

/// A seat.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct SeatView {
    pub who: Who,
    pub officer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admitted: Option<When>,
    pub authority_fingerprint: String,
    pub valid_to_ms: u64,
    pub revoked: bool,
    pub leaving: bool,
}

/// Somebody who asks to be let in.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AskerView {
    pub who: Who,
    pub officer: String,
    pub authority: String,
    pub authority_fingerprint: String,
    pub heard_ms: u64,
}

/// Where somebody is, as they say.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LivePositionView {
    pub who: Who,
    pub place: Place,
    pub at_ms: u64,
}

/// Something that may be a lie. Kept on the device from the moment that it was seen.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SecurityLine {
    pub seq: u64,
    pub time_ms: u64,
    pub event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    pub args: serde_json::Map<String, serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
}

impl SecurityLine {
    /// From what the session has told.
    #[must_use]
    pub fn of(notice: &Notice, who: Option<&Author>, time_ms: u64) -> Option<Self> {
        let Notice::Security { seq, security, .. } = notice else {
            return None;
        };
        let mut args = fields(security);
        let event = args.remove("event")?.as_str()?.to_owned();
        Some(Self {
            seq: *seq,
            time_ms,
            event,
            who: who.map(|author| format!("{} ({})", author.callsign, author.country)),
            args,
            within: None,
        })
    }
}

fn fields(security: &SecurityEvent) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(security) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

/// An amendment that collects signatures.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AmendmentView {
    pub id: String,
    pub closes_at_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Who>,
    pub signatures: usize,
    pub quorum: u8,
    pub signed_by_me: bool,
}

/// Something that waits to be sent.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct QueuedLine {
    pub id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub kind: String,
    pub text: String,
    pub urgent: bool,
}

/// An authority that this device trusts, so that its country can be let into a room.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PartyOption {
    pub country: String,
    pub name: String,
    pub fingerprint: String,
}

impl From<&Authority> for PartyOption {
    fn from(authority: &Authority) -> Self {
        Self {
            country: authority.country().to_string(),
            name: authority.name().to_owned(),
            fingerprint: authority.fingerprint().to_string(),
        }
    }
}

pub(super) fn seats(session: &Session, revoked: &[entente_protocol::DeviceId]) -> Vec<SeatView> {
    let names = Names::of(session);
    let leavers = session.leavers();
    session
        .roster()
        .seats()
        .filter_map(|(device, seat)| {
            let accreditation = &seat.accreditation;
            let admitted = session.reads_since(device).and_then(|seq| {
                let (author, time_ms) = session.said_by(seq)?;
                Some(When {
                    who: names.author(author),
                    seq,
                    time_ms,
                })
            });
            Some(SeatView {
                who: names.device(device)?,
                officer: accreditation.officer().to_owned(),
                admitted,
                authority_fingerprint: accreditation.root().to_string(),
                valid_to_ms: accreditation.not_after_ms(),
                revoked: revoked.contains(&device),
                leaving: leavers.contains(&device),
            })
        })
        .collect()
}

pub(super) fn askers(session: &Session, now_ms: u64) -> Vec<AskerView> {
    let names = Names::of(session);
    session
        .askers(now_ms)
        .map(|asker| {
            let it = &asker.accreditation;
            AskerView {
                who: names.author(&asker.author(session)),
                officer: it.officer().to_owned(),
                authority: it.authority().name().to_owned(),
                authority_fingerprint: it.root().to_string(),
                heard_ms: asker.heard_at_ms,
            }
        })
        .collect()
}

pub(super) fn positions(session: &Session) -> Vec<LivePositionView> {
    let names = Names::of(session);
    session
        .positions()
        .map(|(author, live)| LivePositionView {
            who: names.author(author),
            place: live.position.into(),
            at_ms: live.at_ms,
        })
        .collect()
}

pub(super) fn amendment(session: &Session, amendment: &Amendment) -> AmendmentView {
    let names = Names::of(session);
    AmendmentView {
        id: amendment.digest.to_string(),
        closes_at_ms: amendment.charter.closes_at_ms,
        by: names.device(amendment.by),
        signatures: amendment.signers.len(),
        quorum: session.charter().quorum,
        signed_by_me: amendment.signers.contains(&session.device()),
    }
}

/// What people have said here and the hub does not have yet; what the device says by itself is not shown.
#[must_use]
pub fn queued(session: &Session) -> Vec<QueuedLine> {
    let (_, within) = lies_in(session);
    session
        .outbox()
        .filter_map(|(id, event)| {
            let (text, urgent) = match &event {
                Event::Say(said) => (said.text.clone(), said.urgent),
                Event::Target(change) => (change.name.clone().unwrap_or_default(), false),
                Event::Promote(wanted) => (wanted.say.name.clone().unwrap_or_default(), false),
                Event::Sighting(sighting) => (sighting.note.clone(), false),
                Event::Hit(hit) => (hit.identifier.to_string(), true),
                Event::Check(check) => (check.identifier.to_string(), false),
                Event::Document(shared) => (shared.name.clone(), false),
                Event::Delivered(_)
                | Event::Escalate(_)
                | Event::CustodyAlarm(_)
                | Event::Snapshot(_)
                | Event::SnapshotWanted(_)
                | Event::Dispute(_) => return None,
                _ => (String::new(), false),
            };
            Some(QueuedLine {
                id,
                within,
                kind: event.kind().to_owned(),
                text,
                urgent,
            })
        })
        .collect()
}
