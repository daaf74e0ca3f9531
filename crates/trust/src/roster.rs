//! Who sits in a room.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use openmls::prelude::Member;

use crate::credential::Roots;
use crate::{Accreditation, CertificateError};

/// A device's place in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Index of its leaf in the ratchet tree (RFC 9420 §7.2).
    pub leaf: u32,
    /// Its accreditation.
    pub accreditation: Accreditation,
}

/// The seats of a room, by device and by leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    seats: BTreeMap<DeviceId, Seat>,
    leaves: BTreeMap<u32, DeviceId>,
}

impl Roster {
    /// Reads the members of a group. Certificates that `self` knows already are not parsed again,
    /// so that a commit costs what it changes and not the size of the room.
    ///
    /// # Errors
    /// The first leaf whose credential is not a good accreditation for its key.
    pub fn refreshed(
        &self,
        members: impl Iterator<Item = Member>,
    ) -> Result<Self, CertificateError> {
        let mut next = Self::default();
        let mut roots = Roots::default();
        for member in members {
            let leaf = member.index.u32();
            let known = self.at(leaf).filter(|seat| {
                seat.accreditation.key().as_slice() == member.signature_key.as_slice()
                    && seat.accreditation.to_credential() == member.credential
            });
            let accreditation = match known {
                Some(seat) => seat.accreditation.clone(),
                None => Accreditation::from_leaf_among(
                    &mut roots,
                    &member.credential,
                    &member.signature_key,
                )?,
            };
            let device = accreditation.device();
            next.leaves.insert(leaf, device);
            next.seats.insert(
                device,
                Seat {
                    leaf,
                    accreditation,
                },
            );
        }
        Ok(next)
    }

    /// The seat of a device.
    #[must_use]
    pub fn seat(&self, device: DeviceId) -> Option<&Seat> {
        self.seats.get(&device)
    }

    /// The seat at a leaf.
    #[must_use]
    pub fn at(&self, leaf: u32) -> Option<&Seat> {
        self.leaves
            .get(&leaf)
            .and_then(|device| self.seats.get(device))
    }

    /// All seats in order of device id.
    pub fn seats(&self) -> impl Iterator<Item = (DeviceId, &Seat)> {
        self.seats.iter().map(|(device, seat)| (*device, seat))
    }

    /// Number of seats.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// Whether nobody sits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }
}
