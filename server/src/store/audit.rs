//! The audit log: each row's digest covers the one before, so that no row can be changed, dropped
//! or slipped in without a trace. It holds ids and numbers, never content.

use entente_delivery::Effect;
use entente_protocol::{DeviceId, Fingerprint, MessageKind, RoomId, TicketId};
use entente_trust::SignedRevocationList;
use sha2::{Digest as _, Sha256};

use super::{Step, StoreError};

/// The end of the chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    digest: [u8; 32],
}

impl Chain {
    /// Where the chain ends, given the digest of its last row; none if it has no row.
    pub(super) fn after(digest: Option<Vec<u8>>) -> Result<Self, StoreError> {
        let digest = digest.map_or(Ok([0; 32]), |bytes| {
            bytes
                .try_into()
                .map_err(|_| StoreError::Damaged("audit digest"))
        })?;
        Ok(Self { digest })
    }

    /// The digest of the next row.
    pub(super) fn link(&mut self, time_ms: u64, entry: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Audit");
        hash.update(self.digest);
        hash.update(time_ms.to_be_bytes());
        hash.update(entry.as_bytes());
        self.digest = hash.finalize().into();
        self.digest
    }

    /// Takes a stored row into account, which must follow on the one before.
    pub(super) fn check(
        &mut self,
        time_ms: u64,
        entry: &str,
        digest: &[u8],
    ) -> Result<(), StoreError> {
        if self.link(time_ms, entry) == digest {
            Ok(())
        } else {
            Err(StoreError::Damaged("audit chain"))
        }
    }
}

pub(super) fn of_effects(room: RoomId, is_new: bool, effects: &[Effect]) -> Vec<String> {
    let mut entries = Vec::new();
    for effect in effects {
        match effect {
            Effect::Append(message) if is_new => {
                entries.push(format!("room_opened room={room} by={}", message.sender));
            }
            Effect::Append(message) if message.kind == MessageKind::Commit => {
                let (seq, by, epoch) = (message.seq, message.sender, message.epoch);
                entries.push(format!(
                    "commit room={room} seq={seq} epoch={epoch} by={by}"
                ));
            }
            Effect::Welcome { device, seq, .. } => {
                entries.push(format!("seat_added room={room} seq={seq} device={device}"));
            }
            Effect::Unseat { device, seq } => {
                entries.push(format!(
                    "seat_removed room={room} seq={seq} device={device}"
                ));
            }
            Effect::Closed { at_ms } => {
                entries.push(format!("room_closed room={room} at_ms={at_ms}"));
            }
            _ => {}
        }
    }
    entries
}

/// Which room an entry is about.
pub(super) fn room_of(entry: &str) -> Option<RoomId> {
    let mut words = entry.split(' ');
    words.find_map(|word| word.strip_prefix("room=")?.parse().ok())
}

/// What a step of forgetting leaves in the log.
pub(super) fn of_step(room: RoomId, step: Step, head: u64, blobs: u64) -> Vec<String> {
    match step {
        Step::Note {
            from, to, digest, ..
        } => vec![format!(
            "messages_digest room={room} from={from} to={to} digest={digest}"
        )],
        Step::End => vec![format!(
            "room_shredded room={room} head={head} blobs={blobs}"
        )],
        Step::Rest => vec![format!("room_forgotten room={room}")],
        Step::Begin | Step::Messages { .. } => Vec::new(),
    }
}

pub(super) fn authority_registered(authority: Fingerprint) -> String {
    format!("authority_registered authority={authority}")
}

pub(super) fn enrolment_answered(
    authority: Fingerprint,
    ticket: TicketId,
    is_granted: bool,
) -> String {
    format!("enrolment_answered authority={authority} ticket={ticket} granted={is_granted}")
}

pub(super) fn of_revocations(list: &SignedRevocationList, devices: &[DeviceId]) -> Vec<String> {
    let (authority, number) = (list.list.authority, list.list.number);
    let mut entries = vec![format!(
        "revocation_list authority={authority} number={number}"
    )];
    entries.extend(
        devices
            .iter()
            .map(|device| format!("device_revoked authority={authority} device={device}")),
    );
    entries
}
