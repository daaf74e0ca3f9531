//! Messages that only members can read: stored or passed on, in the current epoch.

use entente_protocol::{EphemeralSend, ErrorCode, MessageKind, SendMessage, Wake};

use super::Room;
use crate::{Effect, Refusal, SeatRecord, message};

impl Room {
    pub(super) fn send(
        &mut self,
        seat: SeatRecord,
        send: SendMessage,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        self.check_application(send.message.as_slice(), now_ms)?;
        let message = send.message.into();
        let mut effects = self
            .append(seat, MessageKind::Application, send.number, message, now_ms)
            .to_vec();
        if send.wake == Wake::Yes {
            let others = self.seats.keys().copied();
            let devices = others
                .filter(|device| *device != seat.device && !self.is_revoked(*device))
                .collect();
            effects.push(Effect::Wake { devices });
        }
        Ok(effects)
    }

    pub(super) fn ephemeral(
        &self,
        seat: SeatRecord,
        ephemeral: EphemeralSend,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        self.check_application(ephemeral.message.as_slice(), now_ms)?;
        let message = ephemeral.message.into();
        Ok(vec![Effect::FanOut {
            sender: seat.device,
            time_ms: now_ms,
            message,
        }])
    }

    /// Only messages of the current epoch are taken: so everybody in the room can read each one
    /// with the keys of its place in the order, and nobody who was removed before can.
    fn check_application(&self, bytes: &[u8], now_ms: u64) -> Result<(), Refusal> {
        if now_ms < self.charter().opens_at_ms {
            return Err(ErrorCode::RoomNotOpen.into());
        }
        if let Some(within) = &self.within {
            within.check_nobody_outside(&self.roster)?;
        }
        self.check_epoch(message::application_epoch(bytes, self.id)?)
    }
}
