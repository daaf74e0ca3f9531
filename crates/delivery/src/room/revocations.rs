//! Authorities' revocation lists in the order of the room.

use entente_protocol::{DeviceId, Fingerprint, MessageKind};
use entente_trust::{Revocations, SignedRevocationList};

use super::Room;
use crate::{Effect, StoredMessage};

impl Room {
    /// Puts an authority's newest list into the room's order, so that every member knows it at the
    /// same place. Nothing comes out if the charter does not name the authority, the list is not
    /// newer than the room's, or the room is over.
    pub fn revoke(&mut self, list: &SignedRevocationList, now_ms: u64) -> Vec<Effect> {
        // Lists lie in the order of the room above, where all who sit in a compartment see them.
        let concerns_us =
            self.within.is_none() && self.charter().authority(list.list.authority).is_some();
        if !concerns_us
            || self.is_closed_at(now_ms)
            || self.revocations.insert(list.clone()).is_err()
        {
            return Vec::new();
        }
        self.head += 1;
        self.turn = self.head;
        self.pending.can_not_be_undone();
        let bytes = list.encode();
        let mut effects = vec![
            Effect::Append(StoredMessage {
                seq: self.head,
                kind: MessageKind::Revocation,
                sender: DeviceId::from_bytes([0; DeviceId::LEN]),
                number: self.head,
                epoch: self.epoch(),
                time_ms: now_ms,
                message: bytes.clone(),
            }),
            Effect::Revocations {
                authority: list.list.authority,
                list: bytes,
            },
        ];
        let revoked = self.seats.keys().filter(|device| self.is_revoked(**device));
        effects.extend(revoked.map(|device| Effect::Suspend { device: *device }));
        effects
    }

    /// Puts back what was stored; the list was checked when it came.
    pub(crate) fn restore_revocations(&mut self, list: SignedRevocationList) {
        // Stored lists are one an authority: none can be older than another.
        let _ = self.revocations.insert(list);
    }

    /// Whether a seated device waits for its removal: see [`Room::suspends`].
    #[must_use]
    pub fn is_revoked(&self, device: DeviceId) -> bool {
        self.suspends(device).is_some()
    }

    /// The authorities of the charter, and the number of each one's list that the room knows; none in a compartment.
    pub fn known_revocations(&self) -> impl Iterator<Item = (Fingerprint, u32)> {
        self.charter()
            .authorities
            .iter()
            .filter(|_| self.within.is_none())
            .map(|authority| (authority.root, self.revocations.number(authority.root)))
    }

    pub(crate) fn revocations(&self) -> &Revocations {
        &self.revocations
    }
}
