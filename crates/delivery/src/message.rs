//! Reading MLS messages that a device brought.

use entente_protocol::{ErrorCode, RoomId, limits};
use openmls::framing::ContentType;
use openmls::group::GroupId;
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, ProtocolMessage, RatchetTreeIn, Welcome};
use tls_codec::DeserializeBytes as _;

use crate::Refusal;

fn body(bytes: &[u8]) -> Result<MlsMessageBodyIn, Refusal> {
    MlsMessageIn::tls_deserialize_exact_bytes(bytes)
        .map(MlsMessageIn::extract)
        .map_err(|_| Refusal::invalid("not an MLSMessage"))
}

/// A handshake message as PublicMessage, for this room.
pub(crate) fn handshake(
    bytes: &[u8],
    room: RoomId,
    kind: ContentType,
) -> Result<ProtocolMessage, Refusal> {
    let MlsMessageBodyIn::PublicMessage(message) = body(bytes)? else {
        return Err(Refusal::invalid("not a PublicMessage"));
    };
    check(message.content_type() == kind, "content type")?;
    check(message.group_id() == &group_id(room), "group id")?;
    Ok(ProtocolMessage::PublicMessage(Box::new(message)))
}

/// The epoch of an application message as PrivateMessage, for this room.
pub(crate) fn application_epoch(bytes: &[u8], room: RoomId) -> Result<u64, Refusal> {
    if bytes.len() > limits::MAX_MESSAGE_BYTES {
        return Err(Refusal::because(
            ErrorCode::LimitExceeded,
            "MAX_MESSAGE_BYTES",
        ));
    }
    let MlsMessageBodyIn::PrivateMessage(message) = body(bytes)? else {
        return Err(Refusal::invalid("not a PrivateMessage"));
    };
    check(
        message.content_type() == ContentType::Application,
        "content type",
    )?;
    check(message.group_id() == &group_id(room), "group id")?;
    Ok(message.epoch().as_u64())
}

pub(crate) fn group_info(bytes: &[u8]) -> Result<VerifiableGroupInfo, Refusal> {
    match body(bytes)? {
        MlsMessageBodyIn::GroupInfo(info) => Ok(info),
        _ => Err(Refusal::because(
            ErrorCode::IncompleteBundle,
            "not a GroupInfo",
        )),
    }
}

pub(crate) fn welcome(bytes: &[u8]) -> Result<Welcome, Refusal> {
    match body(bytes)? {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(Refusal::because(
            ErrorCode::IncompleteBundle,
            "not a Welcome",
        )),
    }
}

pub(crate) fn ratchet_tree(bytes: &[u8]) -> Result<RatchetTreeIn, Refusal> {
    RatchetTreeIn::tls_deserialize_exact_bytes(bytes)
        .map_err(|_| Refusal::invalid("not a ratchet tree"))
}

pub(crate) fn group_id(room: RoomId) -> GroupId {
    GroupId::from_slice(room.as_bytes())
}

fn check(holds: bool, what: &str) -> Result<(), Refusal> {
    if holds {
        Ok(())
    } else {
        Err(Refusal::invalid(what))
    }
}
