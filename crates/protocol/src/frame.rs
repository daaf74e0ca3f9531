//! Binary frames: everything that carries bytes. TLS presentation language with the
//! variable-length vectors of RFC 9420 §2.1.2; the first byte is the frame's type.

use tls_codec::{TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes};

use crate::codec::whole_codec;
use crate::{BlobId, DeviceId, Fingerprint, RoomId};

/// Bytes that are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Truncated, trailing bytes, unknown type, or a field out of its range.
    #[error("the frame can't be decoded")]
    Malformed,
    /// Over the limit for its kind.
    #[error("the frame is larger than allowed")]
    TooLarge,
}

/// First frame of a connection, from the hub.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Challenge {
    /// [`crate::PROTOCOL_VERSION`] of the hub.
    pub version: u16,
    /// Fresh random bytes.
    pub nonce: [u8; 32],
}

/// Answer to the [`Challenge`]: who is there, proven.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Hello {
    /// [`crate::PROTOCOL_VERSION`] of the device.
    pub version: u16,
    /// The challenge's nonce.
    pub nonce: [u8; 32],
    /// The hub that the device meant to reach: `host:port` of the URL it was given, UTF-8.
    pub hub_name: VLBytes,
    /// Accreditation chain in DER, leaf first, root last.
    pub chain: Vec<VLBytes>,
    /// Ed25519 over [`crate::hello_bytes`], 64 bytes.
    pub signature: VLBytes,
}

/// Key packages for the hub to hand out, each at most once, the last-resort one whenever none is left.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct PublishKeyPackages {
    /// Reference for the answer, `done`.
    pub request: u32,
    /// MLS KeyPackage each (RFC 9420 §10), without MLSMessage header.
    pub key_packages: Vec<VLBytes>,
    /// Replaces the device's last-resort key package (extension `last_resort`).
    pub last_resort: Option<VLBytes>,
}

/// Wants one key package of each device, to add it to a room.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct TakeKeyPackages {
    /// Reference for the answer.
    pub request: u32,
    /// MLS ciphersuite (RFC 9420 §17.1).
    pub ciphersuite: u16,
    /// The devices.
    pub devices: Vec<DeviceId>,
}

/// Opens a room: the MLS group's state in its first epoch, with the signed charter in it.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct OpenRoom {
    /// Reference for the answer, `accepted` with `seq` 1.
    pub request: u32,
    /// The room; equals the MLS group id.
    pub room: RoomId,
    /// Message number (see [`SendMessage::number`]).
    pub number: u64,
    /// MLSMessage with a GroupInfo, without `ratchet_tree` extension.
    pub group_info: VLBytes,
    /// MLS `ratchet_tree` (RFC 9420 §12.4.3.3): `optional<Node> ratchet_tree<V>`.
    pub ratchet_tree: VLBytes,
}

/// Opens a compartment of a room: a group for some of the room's countries, as [`OpenRoom`] but for the charter, which is
/// the room's.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct OpenCompartment {
    /// Reference for the answer, `accepted` with `seq` 1.
    pub request: u32,
    /// The room that it lies in.
    pub parent: RoomId,
    /// The compartment; equals the MLS group id.
    pub room: RoomId,
    /// Message number (see [`SendMessage::number`]).
    pub number: u64,
    /// MLSMessage with a GroupInfo, without `ratchet_tree` extension.
    pub group_info: VLBytes,
    /// MLS `ratchet_tree` (RFC 9420 §12.4.3.3): `optional<Node> ratchet_tree<V>`.
    pub ratchet_tree: VLBytes,
}

/// A commit with all that belongs to it: it takes effect whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct CommitBundle {
    /// Reference for the answer, `accepted`.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// Message number (see [`SendMessage::number`]).
    pub number: u64,
    /// MLSMessage with a PublicMessage that holds a Commit.
    pub commit: VLBytes,
    /// MLSMessage with the Welcome for all added devices, if any was added.
    pub welcome: Option<VLBytes>,
    /// MLSMessage with the GroupInfo of the new epoch, without `ratchet_tree` extension.
    pub group_info: VLBytes,
}

/// A stand-alone proposal. Only a Remove of the sender itself is let through.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Propose {
    /// Reference for the answer, `accepted`.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// Message number (see [`SendMessage::number`]).
    pub number: u64,
    /// MLSMessage with a PublicMessage that holds a Proposal.
    pub proposal: VLBytes,
}

/// An application message.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SendMessage {
    /// Reference for the answer, `accepted`.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// Chosen by the device, higher with each accepted message of the device in the room. The same
    /// number again is the same message again: it is answered, not stored.
    pub number: u64,
    /// MLSMessage with a PrivateMessage that holds application data.
    pub message: VLBytes,
    /// Whether it is urgent enough to push to those who are not connected. The hub learns so much of it.
    pub wake: Wake,
}

/// Whether a message should wake devices that are not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
#[repr(u8)]
pub enum Wake {
    /// They find it when they come back.
    No = 0,
    /// Those who asked for it are pushed.
    Yes = 1,
}

/// A message that is fanned out and never stored. There is no answer unless it is refused.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct EphemeralSend {
    /// The room.
    pub room: RoomId,
    /// MLSMessage with a PrivateMessage that holds application data.
    pub message: VLBytes,
}

/// A chunk of a blob: a photo or document as ciphertext. Chunks come in order; one that the hub has
/// is answered and not stored again, so that an upload goes on where it stopped.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct PutBlob {
    /// Reference for the answer, `blob_stored`.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// The blob; chosen at random by the device that uploads it.
    pub blob: BlobId,
    /// How many chunks it has.
    pub chunks: u32,
    /// Which one this is, from 0.
    pub chunk: u32,
    /// Its bytes: [`crate::limits::BLOB_CHUNK_BYTES`], or fewer in the last one.
    pub bytes: VLBytes,
}

/// A device without a seat asks to be let in. Those who may admit it are shown it; it is never stored at the hub.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct JoinRequest {
    /// The room.
    pub room: RoomId,
    /// When it was signed, by the device's clock, Unix milliseconds.
    pub time_ms: u64,
    /// The device's accreditation chain in DER, leaf first, root last.
    pub chain: Vec<VLBytes>,
    /// Ed25519 over [`crate::join_request_bytes`], 64 bytes.
    pub signature: VLBytes,
}

/// Brings a [`JoinRequest`] to the hub.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct AskToJoin {
    /// Reference for the answer, `done`.
    pub request: u32,
    /// What is passed on, if its chain is that of the connection's hello.
    pub join: JoinRequest,
}

/// A binary frame from device to hub.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
#[repr(u8)]
pub enum ClientFrame {
    /// See [`Hello`].
    #[tls_codec(discriminant = 1)]
    Hello(Hello),
    /// See [`PublishKeyPackages`].
    #[tls_codec(discriminant = 2)]
    PublishKeyPackages(PublishKeyPackages),
    /// See [`TakeKeyPackages`].
    #[tls_codec(discriminant = 3)]
    TakeKeyPackages(TakeKeyPackages),
    /// See [`OpenRoom`].
    #[tls_codec(discriminant = 4)]
    OpenRoom(OpenRoom),
    /// See [`CommitBundle`].
    #[tls_codec(discriminant = 5)]
    Commit(CommitBundle),
    /// See [`Propose`].
    #[tls_codec(discriminant = 6)]
    Propose(Propose),
    /// See [`SendMessage`].
    #[tls_codec(discriminant = 7)]
    Send(SendMessage),
    /// See [`EphemeralSend`].
    #[tls_codec(discriminant = 8)]
    Ephemeral(EphemeralSend),
    /// See [`PutBlob`].
    #[tls_codec(discriminant = 9)]
    PutBlob(PutBlob),
    /// See [`AskToJoin`].
    #[tls_codec(discriminant = 10)]
    AskToJoin(AskToJoin),
    /// See [`OpenCompartment`].
    #[tls_codec(discriminant = 11)]
    OpenCompartment(OpenCompartment),
}

/// What a stored message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TlsSize, TlsSerialize, TlsDeserializeBytes)]
#[repr(u8)]
pub enum MessageKind {
    /// The GroupInfo that opened the room; sequence number 1.
    Opening = 1,
    /// A Commit as PublicMessage.
    Commit = 2,
    /// A Proposal as PublicMessage.
    Proposal = 3,
    /// Application data as PrivateMessage.
    Application = 4,
    /// A signed revocation list, put in by the hub; `sender` is zeros.
    Revocation = 5,
}

impl MessageKind {
    /// From its number, as stored.
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Opening),
            2 => Some(Self::Commit),
            3 => Some(Self::Proposal),
            4 => Some(Self::Application),
            5 => Some(Self::Revocation),
            _ => None,
        }
    }
}

/// A stored message at its place in the room's order.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Delivery {
    /// The room.
    pub room: RoomId,
    /// Sequence number: 1, 2, 3 … without gaps.
    pub seq: u64,
    /// What it is.
    pub kind: MessageKind,
    /// The device whose connection brought it.
    pub sender: DeviceId,
    /// The sender's message number.
    pub number: u64,
    /// MLS epoch in which it was sent (for a commit: the epoch it ends).
    pub epoch: u64,
    /// The hub's clock when it was accepted, Unix milliseconds.
    pub time_ms: u64,
    /// MLSMessage.
    pub message: VLBytes,
}

/// An ephemeral message.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct EphemeralDelivery {
    /// The room.
    pub room: RoomId,
    /// The device whose connection brought it.
    pub sender: DeviceId,
    /// The hub's clock, Unix milliseconds.
    pub time_ms: u64,
    /// MLSMessage.
    pub message: VLBytes,
}

/// An invitation: join at the epoch after the commit with sequence number `seq`.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct WelcomeDelivery {
    /// The room.
    pub room: RoomId,
    /// Sequence number of the commit that added the device; the room's stream goes on after it.
    pub seq: u64,
    /// MLSMessage with the Welcome.
    pub welcome: VLBytes,
    /// Ratchet tree of the welcome's epoch.
    pub ratchet_tree: VLBytes,
}

/// One device's key package.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct KeyPackageOf {
    /// The device.
    pub device: DeviceId,
    /// MLS KeyPackage.
    pub key_package: VLBytes,
}

/// Answer to [`TakeKeyPackages`]: one for each wanted device, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct KeyPackagesReply {
    /// Reference of the request.
    pub request: u32,
    /// The key packages.
    pub key_packages: Vec<KeyPackageOf>,
}

/// Answer to `group_info`.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct GroupInfoReply {
    /// Reference of the request.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// Highest sequence number when this was true.
    pub seq: u64,
    /// MLSMessage with the GroupInfo of the current epoch.
    pub group_info: VLBytes,
    /// Its ratchet tree.
    pub ratchet_tree: VLBytes,
}

/// Answer to `directory`: accreditation chains, leaf first.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Directory {
    /// Reference of the request.
    pub request: u32,
    /// One chain a device.
    pub chains: Vec<Vec<VLBytes>>,
}

/// Answer to `get_blob`.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct BlobChunk {
    /// Reference of the request.
    pub request: u32,
    /// How many chunks the blob has.
    pub chunks: u32,
    /// Which one this is, from 0.
    pub chunk: u32,
    /// Its bytes.
    pub bytes: VLBytes,
}

/// A row of the hub's audit log that is about a room.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct AuditRow {
    /// Its number in the log of all rooms.
    pub id: u64,
    /// Digest of the row before it, whichever room that one is about; zeros before the first.
    pub before: Fingerprint,
    /// When it was written, by the hub's clock, Unix milliseconds.
    pub time_ms: u64,
    /// What happened: a word and `name=value` pairs, UTF-8.
    pub entry: VLBytes,
    /// Its digest.
    pub digest: Fingerprint,
}

/// Answer to `audit`: rows above the wanted one, in order.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct AuditRows {
    /// Reference of the request.
    pub request: u32,
    /// The rows; none if there are no more.
    pub rows: Vec<AuditRow>,
}

/// A binary frame from hub to device.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
#[repr(u8)]
pub enum HubFrame {
    /// See [`Challenge`].
    #[tls_codec(discriminant = 65)]
    Challenge(Challenge),
    /// See [`Delivery`].
    #[tls_codec(discriminant = 66)]
    Delivery(Delivery),
    /// See [`EphemeralDelivery`].
    #[tls_codec(discriminant = 67)]
    Ephemeral(EphemeralDelivery),
    /// See [`WelcomeDelivery`].
    #[tls_codec(discriminant = 68)]
    Welcome(WelcomeDelivery),
    /// See [`KeyPackagesReply`].
    #[tls_codec(discriminant = 69)]
    KeyPackages(KeyPackagesReply),
    /// See [`GroupInfoReply`].
    #[tls_codec(discriminant = 70)]
    GroupInfo(GroupInfoReply),
    /// See [`Directory`].
    #[tls_codec(discriminant = 71)]
    Directory(Directory),
    /// See [`BlobChunk`].
    #[tls_codec(discriminant = 72)]
    BlobChunk(BlobChunk),
    /// See [`JoinRequest`].
    #[tls_codec(discriminant = 73)]
    JoinRequest(JoinRequest),
    /// See [`AuditRows`].
    #[tls_codec(discriminant = 74)]
    AuditRows(AuditRows),
}

whole_codec!(ClientFrame, HubFrame);
