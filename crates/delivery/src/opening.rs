//! Opening a room.

use entente_protocol::{ErrorCode, MessageKind, OpenRoom};
use entente_trust::{Accreditation, Role, Roster, mls};
use openmls_rust_crypto::RustCrypto;

use crate::{Effect, Refusal, Room, SeatRecord, StoredMessage, bundle, message};

/// Checks that a group may become a room: one member, the founder, who is a coordinator of a
/// charter that is in order.
pub(crate) fn open(
    founder: &Accreditation,
    request: OpenRoom,
    now_ms: u64,
) -> Result<(Room, Vec<Effect>), Refusal> {
    let crypto = RustCrypto::default();
    let ratchet_tree = request.ratchet_tree.as_slice().to_vec();
    let group_info = request.group_info.as_slice().to_vec();
    let group = bundle::group_of(&crypto, &group_info, &ratchet_tree)?;
    let context = group.group_context();
    let charters = mls::charter_of(context.extensions())?;
    charters.check_opening(now_ms)?;
    let charter = charters.in_force();
    let bad = |detail: &str| Err(Refusal::because(ErrorCode::BadCharter, detail));
    if charter.room != request.room || context.group_id() != &message::group_id(request.room) {
        return bad("the charter is for another room");
    }
    if charter.ciphersuite != u16::from(group.ciphersuite())
        || mls::ciphersuite(charter.ciphersuite).is_none()
    {
        return bad("the charter is for another ciphersuite");
    }
    if now_ms >= charter.closes_at_ms {
        return Err(ErrorCode::RoomClosed.into());
    }
    let roster = Roster::default().refreshed(group.members())?;
    let seat = match (roster.len(), roster.seat(founder.device())) {
        (1, Some(seat)) if &seat.accreditation == founder => seat,
        _ => return bad("the founder is not the one member"),
    };
    founder.check_time(now_ms)?;
    if charter.role_of(founder) != Role::Coordinator || charter.authority(founder.root()).is_none()
    {
        return bad("the founder is not a coordinator");
    }
    if context.epoch().as_u64() != 0 {
        return bad("the group is not new");
    }
    let record = SeatRecord {
        device: founder.device(),
        leaf: seat.leaf,
        since_seq: 1,
        last_number: request.number,
        last_seq: 1,
    };
    let opening = Effect::Append(StoredMessage {
        seq: 1,
        kind: MessageKind::Opening,
        sender: founder.device(),
        number: request.number,
        epoch: 0,
        time_ms: now_ms,
        message: group_info.clone(),
    });
    let room = Room::assemble(
        request.room,
        crypto,
        group,
        charters.clone(),
        roster,
        group_info,
        ratchet_tree,
        1,
        vec![record],
    );
    let effects = vec![opening, room.group_effect(), Effect::Seat(record)];
    Ok((room, effects))
}
