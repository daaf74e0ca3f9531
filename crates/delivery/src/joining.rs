//! Requests to join: who is shown them.

use entente_protocol::{DeviceId, ErrorCode, limits};
use entente_trust::{Accreditation, PolicyRefusal, check_invitation, may_sit};

use crate::{Refusal, Room};

impl Room {
    /// The seats that may let this device in, in order of device id; none if it sits already. Nothing changes.
    ///
    /// # Errors
    /// [`ErrorCode::NoSeat`] for a device that nobody could admit, as if there were no such room;
    /// otherwise the [`Refusal`] that a commit which admits it would get.
    pub fn admitters(&self, asker: &Accreditation, now_ms: u64) -> Result<Vec<DeviceId>, Refusal> {
        // Nobody is told that there is a compartment.
        if self.above().is_some() || !may_sit(asker, self.charter()) {
            return Err(ErrorCode::NoSeat.into());
        }
        if self.revocations().revokes(asker) {
            return Err(ErrorCode::Revoked.into());
        }
        if self.is_closed_at(now_ms) {
            return Err(ErrorCode::RoomClosed.into());
        }
        asker.check_time(now_ms)?;
        // Somebody was faster: its Welcome waits for it.
        if self.seat(asker.device()).is_some() {
            return Ok(Vec::new());
        }
        if self.roster().len() >= limits::MAX_SEATS {
            return Err(PolicyRefusal::RoomFull.into());
        }
        let may_admit = |leaf| check_invitation(self.roster(), self.charter(), leaf, asker, now_ms);
        let seats = self.roster().seats();
        let admitters = seats
            .filter(|(device, seat)| may_admit(seat.leaf).is_ok() && !self.is_revoked(*device));
        Ok(admitters.map(|(device, _)| device).collect())
    }
}
