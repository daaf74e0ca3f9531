//! What a hub with a bug decides: the simulation must find it out.

use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{DeviceId, ErrorCode, MessageKind};

use crate::Bug;
use crate::hub::delivery;

/// What a hub with a bug decides.
pub(super) fn in_spite(
    core: &mut Room,
    (sender, input): (DeviceId, Input),
    decided: Result<Vec<Effect>, Refusal>,
    bug: Option<Bug>,
    now_ms: u64,
) -> Result<Vec<Effect>, Refusal> {
    let is_stale = |refusal: &Refusal| refusal.code == ErrorCode::StaleEpoch;
    match (bug, decided, input) {
        (Some(Bug::StoredTwice), Ok(mut effects), Input::Send(send))
            if send.number.is_multiple_of(5) =>
        {
            let message = (send.number, send.message.into());
            effects.extend(place(
                core,
                sender,
                MessageKind::Application,
                message,
                now_ms,
            ));
            Ok(effects)
        }
        (Some(Bug::StaleEpochTaken), Err(refusal), Input::Send(send)) if is_stale(&refusal) => {
            let message = (send.number, send.message.into());
            Ok(place(
                core,
                sender,
                MessageKind::Application,
                message,
                now_ms,
            ))
        }
        (Some(Bug::StaleCommitTaken), Err(refusal), Input::Commit(bundle))
            if is_stale(&refusal) =>
        {
            let message = (bundle.number, bundle.commit.into());
            Ok(place(core, sender, MessageKind::Commit, message, now_ms))
        }
        (_, decided, _) => decided,
    }
}

/// Gives a message a place without asking whether it may have one.
fn place(
    core: &mut Room,
    sender: DeviceId,
    kind: MessageKind,
    (number, message): (u64, Vec<u8>),
    now_ms: u64,
) -> Vec<Effect> {
    let mut stored = StoredMessage {
        seq: core.head() + 1,
        kind: MessageKind::Application,
        sender,
        number,
        epoch: core.epoch(),
        time_ms: now_ms,
        message,
    };
    // The real room moves its head for what another hub has stored.
    if !core.learn(&delivery(core.id(), &stored)) {
        return Vec::new();
    }
    if kind == MessageKind::Commit {
        stored.kind = kind;
        stored.epoch -= 1;
    }
    let seat = core.seat(sender).copied();
    let seat = seat.map(Effect::Seat);
    core::iter::once(Effect::Append(stored))
        .chain(seat)
        .collect()
}
