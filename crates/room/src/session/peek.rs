//! The authenticated data of an MLS message before it is processed: it lies in the clear in handshakes and in application
//! messages (RFC 9420, sections 6 and 6.3). Nothing of it is believed before MLS has proved it.

use tls_codec::{DeserializeBytes as _, VLBytes};

const MLS10: u16 = 1;
const PUBLIC_MESSAGE: u16 = 1;
const PRIVATE_MESSAGE: u16 = 2;

const SENDER_MEMBER: u8 = 1;
const SENDER_EXTERNAL: u8 = 2;

/// None if the bytes are not a PublicMessage or PrivateMessage.
pub(super) fn authenticated_data(message: &[u8]) -> Option<Vec<u8>> {
    let (version, rest) = u16::tls_deserialize_bytes(message).ok()?;
    let (wire_format, rest) = u16::tls_deserialize_bytes(rest).ok()?;
    if version != MLS10 {
        return None;
    }
    let (_group, rest) = VLBytes::tls_deserialize_bytes(rest).ok()?;
    let (_epoch, rest) = u64::tls_deserialize_bytes(rest).ok()?;
    let (kind, rest) = u8::tls_deserialize_bytes(rest).ok()?;
    let rest = match (wire_format, kind) {
        (PUBLIC_MESSAGE, SENDER_MEMBER | SENDER_EXTERNAL) => {
            u32::tls_deserialize_bytes(rest).ok()?.1
        }
        // A newcomer has no index; in a PrivateMessage the byte is the content's type.
        (PUBLIC_MESSAGE | PRIVATE_MESSAGE, _) => rest,
        _ => return None,
    };
    let (data, _) = VLBytes::tls_deserialize_bytes(rest).ok()?;
    Some(data.into())
}
