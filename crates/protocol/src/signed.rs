//! The exact bytes that are signed at the edge of the hub.
//!
//! Each begins with a label of its own, so that a signature made for one purpose can never serve
//! another (as `SignWithLabel` in RFC 9420 §5.1.2).

use tls_codec::Serialize as _;

use crate::{DeskPoll, Hello, JoinRequest};

const HELLO_LABEL: &[u8] = b"Entente 1.0 Hello";
const JOIN_REQUEST_LABEL: &[u8] = b"Entente 1.0 JoinRequest";
const DESK_POLL_LABEL: &[u8] = b"Entente 1.0 DeskPoll";

fn opaque(out: &mut Vec<u8>, bytes: &[u8]) {
    // A one- to four-byte length prefix always fits into a Vec; lengths come from decoded frames
    // and are far below 2^30.
    let _ = tls_codec::VLByteSlice(bytes).tls_serialize(out);
}

/// What a device signs in its [`Hello`]: `label<V> version nonce hub_name<V> chain<V>`.
/// The signature field itself is not read.
#[must_use]
pub fn hello_bytes(hello: &Hello) -> Vec<u8> {
    let mut out = Vec::new();
    opaque(&mut out, HELLO_LABEL);
    out.extend_from_slice(&hello.version.to_be_bytes());
    out.extend_from_slice(&hello.nonce);
    opaque(&mut out, hello.hub_name.as_slice());
    let _ = hello.chain.tls_serialize(&mut out);
    out
}

/// What a device signs in its [`JoinRequest`]: `label<V> room time_ms chain<V>`.
/// The signature field itself is not read.
#[must_use]
pub fn join_request_bytes(join: &JoinRequest) -> Vec<u8> {
    let mut out = Vec::new();
    opaque(&mut out, JOIN_REQUEST_LABEL);
    out.extend_from_slice(join.room.as_bytes());
    out.extend_from_slice(&join.time_ms.to_be_bytes());
    let _ = join.chain.tls_serialize(&mut out);
    out
}

/// What an authority signs in its [`DeskPoll`]:
/// `label<V> hub_name<V> root<V> time_ms answers<V>`. The signature field itself is not read.
#[must_use]
pub fn desk_poll_bytes(poll: &DeskPoll) -> Vec<u8> {
    let mut out = Vec::new();
    opaque(&mut out, DESK_POLL_LABEL);
    opaque(&mut out, poll.hub_name.as_slice());
    opaque(&mut out, poll.root.as_slice());
    out.extend_from_slice(&poll.time_ms.to_be_bytes());
    let _ = poll.answers.tls_serialize(&mut out);
    out
}
