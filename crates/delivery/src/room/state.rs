//! What is known of a room at its hub.

use entente_protocol::{DeviceId, RoomId};
use entente_trust::{Charter, CharterHistory, Role, Roster};

use super::Room;
use crate::SeatRecord;

impl Room {
    pub(crate) fn charter(&self) -> &Charter {
        self.charters.in_force()
    }

    pub(crate) fn charters(&self) -> &CharterHistory {
        &self.charters
    }

    pub(crate) fn set_charters(&mut self, charters: CharterHistory) {
        self.charters = charters;
    }

    /// The room.
    #[must_use]
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// Highest sequence number.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Current MLS epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.group.group_context().epoch().as_u64()
    }

    /// The seat of a device.
    #[must_use]
    pub fn seat(&self, device: DeviceId) -> Option<&SeatRecord> {
        self.seats.get(&device)
    }

    /// Whether a seated device coordinates the room; in a compartment, whether it speaks for its country.
    #[must_use]
    pub fn coordinates(&self, device: DeviceId) -> bool {
        let seat = self.roster.seat(device);
        let role = seat.map(|seat| self.charter().role_of(&seat.accreditation));
        role == Some(Role::Coordinator) || (self.within.is_some() && role == Some(Role::Liaison))
    }

    /// All seats in order of device id.
    pub fn seats(&self) -> impl Iterator<Item = &SeatRecord> {
        self.seats.values()
    }

    /// Who sits, with accreditations.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// MLSMessage with the GroupInfo of the current epoch.
    #[must_use]
    pub fn group_info(&self) -> &[u8] {
        &self.group_info
    }

    /// Ratchet tree of the current epoch.
    #[must_use]
    pub fn ratchet_tree(&self) -> &[u8] {
        &self.ratchet_tree
    }
}

impl core::fmt::Debug for Room {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Room({} head {} epoch {})",
            self.id,
            self.head,
            self.epoch()
        )
    }
}
