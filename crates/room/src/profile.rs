//! How Entente's groups use MLS.

use entente_protocol::{RoomId, limits as wire};
use entente_trust::mls;
use openmls::group::GroupId;
use openmls::prelude::{
    Ciphersuite, Lifetime, MIXED_PLAINTEXT_WIRE_FORMAT_POLICY, MlsGroupJoinConfig,
    SenderRatchetConfiguration,
};

use crate::SessionError;
use crate::limits::{MAX_FORWARD_DISTANCE, OUT_OF_ORDER_TOLERANCE, PADDING_BYTES};

pub(crate) fn group_id(room: RoomId) -> GroupId {
    GroupId::from_slice(room.as_bytes())
}

pub(crate) fn ciphersuite(number: u16) -> Result<Ciphersuite, SessionError> {
    mls::ciphersuite(number).ok_or(SessionError::Malformed("ciphersuite"))
}

pub(crate) fn ratchets() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(OUT_OF_ORDER_TOLERANCE, MAX_FORWARD_DISTANCE)
}

/// Handshakes in the clear, so that the hub can check them; no keys of past epochs are kept,
/// because the hub takes messages of the current epoch only.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
        .padding_size(PADDING_BYTES)
        .sender_ratchet_configuration(ratchets())
        .use_ratchet_tree_extension(false)
        .max_past_epochs(0)
        .build()
}

/// From an hour before now, for clocks that differ.
pub(crate) fn lifetime(now_ms: u64) -> Lifetime {
    let now_s = now_ms / 1_000;
    Lifetime::init(
        now_s.saturating_sub(3_600),
        now_s + wire::KEY_PACKAGE_LIFETIME_S,
    )
}
