//! Between the database's types and ours. Its integers are signed 64-bit.

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};

use super::StoreError;

pub(super) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn to_u64(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Damaged("number"))
}

pub(super) fn device(bytes: &[u8]) -> Result<DeviceId, StoreError> {
    DeviceId::from_slice(bytes).ok_or(StoreError::Damaged("device id"))
}

pub(super) fn room(bytes: &[u8]) -> Result<RoomId, StoreError> {
    RoomId::from_slice(bytes).ok_or(StoreError::Damaged("room id"))
}

/// The room above a compartment.
pub(super) fn optional_room(bytes: Option<Vec<u8>>) -> Result<Option<RoomId>, StoreError> {
    bytes.map(|bytes| room(&bytes)).transpose()
}

pub(super) fn optional_u64(number: Option<i64>) -> Result<Option<u64>, StoreError> {
    number.map(to_u64).transpose()
}

pub(super) fn fingerprint(bytes: &[u8]) -> Result<Fingerprint, StoreError> {
    <[u8; Fingerprint::LEN]>::try_from(bytes)
        .map(Fingerprint::from_bytes)
        .map_err(|_| StoreError::Damaged("digest"))
}

pub(super) fn list_number(authority: &[u8], number: i64) -> Result<(Fingerprint, u32), StoreError> {
    let authority = <[u8; Fingerprint::LEN]>::try_from(authority).map(Fingerprint::from_bytes);
    match (authority, u32::try_from(number)) {
        (Ok(authority), Ok(number)) => Ok((authority, number)),
        _ => Err(StoreError::Damaged("revocation list")),
    }
}

pub(super) fn encode_chain(chain: &[Vec<u8>]) -> Vec<u8> {
    let chain: Vec<VLBytes> = chain.iter().map(|der| VLBytes::new(der.clone())).collect();
    // Certificates are bounded far below what the codec can't write.
    chain.tls_serialize_detached().unwrap_or_default()
}

pub(super) fn decode_chain(bytes: &[u8]) -> Result<Vec<VLBytes>, StoreError> {
    Vec::<VLBytes>::tls_deserialize_exact_bytes(bytes).map_err(|_| StoreError::Damaged("chain"))
}
