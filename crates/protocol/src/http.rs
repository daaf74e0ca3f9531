//! Bodies of the enrolment end points, `application/octet-stream`.
//!
//! The hub carries them between a device and its authority's desk and can change neither: the
//! request and the answer are sealed with a MAC under the ticket's one-time code, which the hub
//! never sees (`entente_trust::enrolment`).

use tls_codec::{TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes};

use crate::codec::whole_codec;
use crate::{Fingerprint, TicketId};

/// A device's request, `POST /v1/enrolments`.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct EnrolmentRequest {
    /// Root certificate's fingerprint of the authority that gave the ticket.
    pub authority: Fingerprint,
    /// The ticket.
    pub ticket: TicketId,
    /// The device's Ed25519 public key.
    pub device_key: [u8; 32],
    /// Proof of possession: Ed25519 by the device key over the request's signed bytes, 64 bytes.
    pub signature: VLBytes,
    /// HMAC-SHA-256 under the code's request key, 32 bytes.
    pub mac: VLBytes,
}

/// The desk's answer, stored for the device: `GET /v1/enrolments/{authority}/{ticket}`.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct EnrolmentAnswer {
    /// The ticket.
    pub ticket: TicketId,
    /// The accreditation chain, leaf first, root last.
    pub chain: Vec<VLBytes>,
    /// HMAC-SHA-256 under the code's answer key, 32 bytes.
    pub mac: VLBytes,
}

/// The desk identifies itself, fetches what waits and hands in answers: `POST /v1/desk`.
/// Registers the authority with the hub at the first time.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct DeskPoll {
    /// The hub that is meant, `host:port`, UTF-8.
    pub hub_name: VLBytes,
    /// The authority's root certificate in DER.
    pub root: VLBytes,
    /// The desk's clock, Unix milliseconds; within [`crate::limits::CLOCK_TOLERANCE_MS`] of the hub's.
    pub time_ms: u64,
    /// Answers to earlier requests.
    pub answers: Vec<DeskAnswer>,
    /// Ed25519 by the authority's key over [`crate::desk_poll_bytes`], 64 bytes.
    pub signature: VLBytes,
}

/// One answer in a [`DeskPoll`].
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct DeskAnswer {
    /// For the device; none if the request was refused, which only takes it off the list.
    pub answer: Option<EnrolmentAnswer>,
    /// The ticket.
    pub ticket: TicketId,
}

/// Reply to a [`DeskPoll`]: requests without an answer, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct DeskBatch {
    /// The hub's clock, Unix milliseconds.
    pub time_ms: u64,
    /// The requests.
    pub requests: Vec<EnrolmentRequest>,
}

whole_codec!(EnrolmentRequest, EnrolmentAnswer, DeskPoll, DeskBatch);
