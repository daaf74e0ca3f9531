//! Revocation lists that come in the room's order.

use entente_protocol::{Delivery, DeviceId};
use entente_trust::{Revocations, Role, SignedRevocationList};

use super::Session;
use super::state::State;
use crate::{Author, Notice, SecurityEvent, SessionError};

/// What the state remembers, checked again.
pub(super) fn restored(state: &State) -> Result<Revocations, SessionError> {
    let mut revocations = Revocations::default();
    for bytes in state.revocations.values() {
        let list = SignedRevocationList::decode(bytes)
            .map_err(|_| SessionError::Malformed("revocation list"))?;
        revocations
            .insert(list)
            .map_err(|_| SessionError::Malformed("revocation list"))?;
    }
    Ok(revocations)
}

impl Session {
    /// Takes a list that the hub put into the order. Its signature is the authority's; whatever
    /// else the hub puts there changes nothing.
    pub(super) fn take_revocation(&mut self, delivery: &Delivery) -> Vec<Notice> {
        // They lie in the order of the room above.
        let taken = match self.compartment {
            None => self.learn_revocations(delivery.message.as_slice(), delivery.seq),
            Some(_) => None,
        };
        let Some(fresh) = taken else {
            let security = SecurityEvent::FalseRevocation;
            return vec![Notice::security(delivery.seq, delivery.sender, security)];
        };
        let seats: Vec<Author> = fresh
            .into_iter()
            .filter_map(|device| self.author(device))
            .collect();
        if seats.is_empty() {
            return Vec::new();
        }
        vec![Notice::Revoked {
            seq: delivery.seq,
            seats,
        }]
    }

    /// Takes a list if it is good and newer; returns the devices that it revokes anew.
    pub(super) fn learn_revocations(&mut self, bytes: &[u8], seq: u64) -> Option<Vec<DeviceId>> {
        let signed = SignedRevocationList::decode(bytes).ok()?;
        let authority = signed.list.authority;
        self.charter().authority(authority)?;
        let fresh = self.revocations.insert(signed).ok()?;
        self.state.revocations.insert(authority, bytes.to_vec());
        let seats = fresh.iter().filter_map(|device| self.roster.seat(*device));
        for seat in seats {
            let certificate = seat.accreditation.fingerprint();
            self.state.revoked.entry(certificate).or_insert(seq);
        }
        Some(fresh)
    }

    /// Seats of revoked devices that this one may take, and its place among those who may: who acts
    /// first, who if that one does not.
    #[must_use]
    pub fn evictions(&self) -> Option<(Vec<DeviceId>, usize)> {
        if self.compartment.is_some() {
            return self.evictions_within();
        }
        let revoked: Vec<_> = self
            .roster
            .seats()
            .filter(|(_, seat)| self.revocations.revokes(&seat.accreditation))
            .map(|(device, seat)| (device, seat.accreditation.country()))
            .collect();
        let country = revoked.first().map(|(_, country)| *country)?;
        let turn = self.turn(|role, accreditation| {
            !self.revocations.revokes(accreditation)
                && (role == Role::Coordinator
                    || (role == Role::Liaison && accreditation.country() == country))
        })?;
        let of_country = revoked.iter().filter(|(_, other)| *other == country);
        Some((of_country.map(|(device, _)| *device).collect(), turn))
    }
}
