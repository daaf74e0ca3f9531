//! The wire contract between an Entente device and a hub: identifiers, frames, control messages,
//! error codes and limits, with their codec.
//!
//! Nothing here does I/O, reads a clock, makes randomness or does cryptography, so that the hub,
//! the command line and the browser share it as it is. `docs/PROTOCOL.md` is this crate in prose.

mod authenticated;
mod codec;
mod control;
mod error_code;
mod frame;
mod http;
mod ids;
pub mod limits;
mod push;
mod record;
mod signed;

pub use authenticated::{Authenticated, Place};
pub use control::{ClientControl, HubControl, RoomSummary};
pub use error_code::ErrorCode;
pub use frame::{
    AskToJoin, AuditRow, AuditRows, BlobChunk, Challenge, ClientFrame, CommitBundle, Delivery,
    Directory, EphemeralDelivery, EphemeralSend, FrameError, GroupInfoReply, Hello, HubFrame,
    JoinRequest, KeyPackageOf, KeyPackagesReply, MessageKind, OpenCompartment, OpenRoom, Propose,
    PublishKeyPackages, PutBlob, SendMessage, TakeKeyPackages, Wake, WelcomeDelivery,
};
pub use http::{DeskAnswer, DeskBatch, DeskPoll, EnrolmentAnswer, EnrolmentRequest};
#[doc(hidden)]
pub use ids::parse_hex;
pub use ids::{BlobId, DeviceId, Fingerprint, IdParseError, RoomId, TicketId};
pub use push::PushEndpoint;
pub use record::{Recorded, Statement};
pub use signed::{desk_poll_bytes, hello_bytes, join_request_bytes};

/// Version of the protocol that this crate speaks; the first field of [`Challenge`] and [`Hello`].
pub const PROTOCOL_VERSION: u16 = 1;

/// WebSocket subprotocol (RFC 6455 §1.9) that both ends must name.
pub const SUBPROTOCOL: &str = "entente.v1";

/// Path of the WebSocket end point on a hub.
pub const WEBSOCKET_PATH: &str = "/v1/connect";
