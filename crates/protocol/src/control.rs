//! Control messages: JSON text frames. They carry numbers and ids, never MLS bytes.

use serde::{Deserialize, Serialize};

use crate::{BlobId, DeviceId, ErrorCode, FrameError, PushEndpoint, RoomId, limits};

/// From device to hub. `request` is chosen by the device and comes back in the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientControl {
    /// Deliver everything of a room with a sequence number above `after`, then what comes.
    /// Answered by [`HubControl::Following`], deliveries, [`HubControl::CaughtUp`].
    Follow {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// Last sequence number that the device has applied; 0 for none.
        after: u64,
    },
    /// Stop delivering a room.
    Unfollow {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
    },
    /// Which rooms have a seat for this device? Answered by [`HubControl::Rooms`].
    Rooms {
        /// Reference for the answer.
        request: u32,
    },
    /// The current GroupInfo and ratchet tree of a room in which the device has a seat, to resync by
    /// external commit. Answered by [`crate::HubFrame::GroupInfo`].
    GroupInfo {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
    },
    /// Waiting welcomes. Each comes as a [`crate::HubFrame::Welcome`], then [`HubControl::Done`].
    Welcomes {
        /// Reference for the answer.
        request: u32,
    },
    /// The welcome into `room` was stored safely (or can never be used) and may be forgotten.
    WelcomeTaken {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
    },
    /// Accreditations of the devices that this hub knows of the listed countries' authorities,
    /// answered by [`crate::HubFrame::Directory`].
    Directory {
        /// Reference for the answer.
        request: u32,
        /// ISO 3166-1 alpha-2 country, or none for all.
        country: Option<String>,
    },
    /// How much of a blob is stored? Answered by [`HubControl::BlobStored`].
    Blob {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// The blob.
        blob: BlobId,
    },
    /// A chunk of a blob. Answered by [`crate::HubFrame::BlobChunk`].
    GetBlob {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// The blob.
        blob: BlobId,
        /// Which chunk, from 0.
        chunk: u32,
    },
    /// What does the hub's audit log say of a room that this device coordinates? Answered by
    /// [`crate::HubFrame::AuditRows`]; ask again with the last number until no row comes.
    Audit {
        /// Reference for the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// Number of the last row that is known; 0 for none.
        after: u64,
    },
    /// What time is it? Answered at once by [`HubControl::Time`], to measure how far the clocks
    /// differ.
    Time {
        /// Reference for the answer.
        request: u32,
    },
    /// Where to push when something urgent is stored and this device is not connected. Answered by
    /// [`HubControl::Done`]; one a device, the last one counts.
    PushSubscribe {
        /// Reference for the answer.
        request: u32,
        /// The subscription's URL, or none for no pushes any more.
        endpoint: Option<PushEndpoint>,
    },
}

/// From hub to device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum HubControl {
    /// The hello was good.
    Ready {
        /// The device as the hub knows it.
        device: DeviceId,
        /// The hub's clock, Unix milliseconds.
        time_ms: u64,
        /// Key packages in stock for this device, the last-resort one not counted.
        key_packages: u32,
        /// Welcomes that wait for this device.
        welcomes: u32,
    },
    /// A request without a more specific answer was carried out.
    Done {
        /// Reference of the request.
        request: u32,
    },
    /// A message is stored durably and has its place in the room's order.
    Accepted {
        /// Reference of the request.
        request: u32,
        /// The room.
        room: RoomId,
        /// Its sequence number.
        seq: u64,
        /// The hub's clock at acceptance, Unix milliseconds.
        time_ms: u64,
        /// The number had been accepted before; `seq` is that of the first time.
        duplicate: bool,
    },
    /// A request was refused, or, without `request`, the connection is about to end.
    Refused {
        /// Reference of the request, if it can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<u32>,
        /// The room it was about, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// Why.
        code: ErrorCode,
        /// The rule, limit or field that was broken, in words of the program, never of a user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        /// With `rate_limited` and `busy`: when to try again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// Answer to [`ClientControl::Follow`]; deliveries follow.
    Following {
        /// Reference of the request.
        request: u32,
        /// The room.
        room: RoomId,
        /// Highest sequence number at this moment.
        head: u64,
        /// Current MLS epoch.
        epoch: u64,
        /// Highest message number that the hub accepted from this device in this room.
        last_number: u64,
    },
    /// Everything up to `seq` was delivered; what comes from here is live.
    CaughtUp {
        /// The room.
        room: RoomId,
        /// Sequence number.
        seq: u64,
    },
    /// The hub stopped delivering a room: cut loose, seat removed, or closed.
    Unfollowed {
        /// The room.
        room: RoomId,
        /// `too_slow`, `no_seat` or `room_closed`.
        code: ErrorCode,
    },
    /// So much of a blob is stored durably. Answer to [`ClientControl::Blob`] and
    /// [`crate::ClientFrame::PutBlob`].
    BlobStored {
        /// Reference of the request.
        request: u32,
        /// Chunks from the first on; 0 if the hub has none.
        stored: u32,
        /// How many it has in all; 0 if the hub has none.
        chunks: u32,
    },
    /// Answer to [`ClientControl::Time`].
    Time {
        /// Reference of the request.
        request: u32,
        /// The hub's clock, Unix milliseconds.
        time_ms: u64,
    },
    /// Answer to [`ClientControl::Rooms`].
    Rooms {
        /// Reference of the request.
        request: u32,
        /// In order of room id.
        rooms: Vec<RoomSummary>,
    },
}

/// What a hub may tell a seated device of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSummary {
    /// The room.
    pub room: RoomId,
    /// Current MLS epoch.
    pub epoch: u64,
    /// Highest sequence number.
    pub head: u64,
    /// Charter's start, Unix milliseconds.
    pub opens_at_ms: u64,
    /// Charter's end, Unix milliseconds.
    pub closes_at_ms: u64,
    /// Seats.
    pub seats: u32,
    /// The room that it lies in, if it is a compartment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<RoomId>,
}

impl ClientControl {
    /// Decodes one text frame.
    ///
    /// # Errors
    /// [`FrameError::TooLarge`] over [`limits::MAX_CONTROL_BYTES`], [`FrameError::Malformed`] for
    /// anything but one known message with exactly its fields.
    pub fn decode(text: &str) -> Result<Self, FrameError> {
        if text.len() > limits::MAX_CONTROL_BYTES {
            return Err(FrameError::TooLarge);
        }
        serde_json::from_str(text).map_err(|_| FrameError::Malformed)
    }

    /// The text frame.
    #[must_use]
    pub fn encode(&self) -> String {
        encode(self)
    }

    /// The reference that the answer will carry.
    #[must_use]
    pub const fn request(&self) -> u32 {
        match self {
            Self::Follow { request, .. }
            | Self::Unfollow { request, .. }
            | Self::Rooms { request }
            | Self::GroupInfo { request, .. }
            | Self::Welcomes { request }
            | Self::WelcomeTaken { request, .. }
            | Self::Directory { request, .. }
            | Self::Blob { request, .. }
            | Self::GetBlob { request, .. }
            | Self::Time { request }
            | Self::Audit { request, .. }
            | Self::PushSubscribe { request, .. } => *request,
        }
    }
}

impl HubControl {
    /// Decodes one text frame. Unknown fields are allowed, unknown messages are not.
    ///
    /// # Errors
    /// As [`ClientControl::decode`], with [`limits::MAX_FRAME_BYTES`] as the bound.
    pub fn decode(text: &str) -> Result<Self, FrameError> {
        if text.len() > limits::MAX_FRAME_BYTES {
            return Err(FrameError::TooLarge);
        }
        serde_json::from_str(text).map_err(|_| FrameError::Malformed)
    }

    /// The text frame.
    #[must_use]
    pub fn encode(&self) -> String {
        encode(self)
    }

    /// A refusal of `request`.
    #[must_use]
    pub fn refused(request: Option<u32>, room: Option<RoomId>, code: ErrorCode) -> Self {
        Self::Refused {
            request,
            room,
            code,
            detail: None,
            retry_after_ms: None,
        }
    }
}

fn encode<T: Serialize>(value: &T) -> String {
    // Plain enums of numbers and strings: serde_json fails only on maps with non-string keys and on
    // failing Serialize impls, and there are none here.
    serde_json::to_string(value).unwrap_or_default()
}
