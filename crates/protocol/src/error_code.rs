//! The closed set of refusals on the wire.

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($( $(#[$doc:meta])* $name:ident = $text:literal, )*) => {
        /// Why a hub refused. On the wire it is the snake-case text of [`ErrorCode::as_str`].
        ///
        /// A refusal changes nothing at the hub and leaves other connections alone.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $( $(#[$doc])* #[serde(rename = $text)] $name, )*
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The text of the wire, such as `stale_epoch`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

error_codes! {
    /// A frame's bytes can't be decoded: truncated, trailing bytes, unknown type.
    MalformedFrame = "malformed_frame",
    /// A text frame where bytes belong, or the other way round.
    WrongFrameKind = "wrong_frame_kind",
    /// Over [`crate::limits::MAX_FRAME_BYTES`].
    FrameTooLarge = "frame_too_large",
    /// The peer speaks another protocol version.
    UnsupportedVersion = "unsupported_version",
    /// Anything before a good hello.
    NotAuthenticated = "not_authenticated",
    /// A second hello on one connection.
    AlreadyAuthenticated = "already_authenticated",
    /// The hello answers another connection's challenge.
    ReplayedHello = "replayed_hello",
    /// The hello was signed for a hub of another name.
    WrongHub = "wrong_hub",
    /// The signature does not verify under the device's key.
    BadSignature = "bad_signature",
    /// The accreditation can't be parsed, or its chain does not verify.
    BadCertificate = "bad_certificate",
    /// The accreditation is past its end.
    CertificateExpired = "certificate_expired",
    /// The accreditation is not valid yet.
    CertificateNotYetValid = "certificate_not_yet_valid",
    /// The chain ends in an authority that this hub, or the room's charter, does not know.
    UnknownAuthority = "unknown_authority",
    /// The device's authority has revoked it.
    Revoked = "revoked",
    /// A revocation list is malformed, not its authority's, or older than the one that is known.
    BadRevocation = "bad_revocation",
    /// No room of this id here, or the device has no seat in it: the two look alike on purpose.
    NoSeat = "no_seat",
    /// The room id is taken.
    RoomExists = "room_exists",
    /// Before the charter's `opens_at`.
    RoomNotOpen = "room_not_open",
    /// At or after the charter's `closes_at`.
    RoomClosed = "room_closed",
    /// The room is over, and what was said in it is no longer kept.
    RoomShredded = "room_shredded",
    /// Another commit won the epoch; catch up, rebuild and try again.
    StaleEpoch = "stale_epoch",
    /// The message number was used before and what it named is not in the log.
    NumberUsed = "number_used",
    /// The room has no such blob, or not that chunk of it.
    NoBlob = "no_blob",
    /// Not a valid MLS message for this room's state.
    InvalidMessage = "invalid_message",
    /// The commit is valid MLS, but the policy of the charter forbids it.
    PolicyRefused = "policy_refused",
    /// The charter is malformed, unsigned, or not a permitted change of the last one.
    BadCharter = "bad_charter",
    /// Welcome or GroupInfo do not belong to the commit beside them.
    IncompleteBundle = "incomplete_bundle",
    /// A key package is malformed, expired, or not this device's.
    BadKeyPackage = "bad_key_package",
    /// A wanted device has no key package here, or is unknown: the two look alike on purpose.
    NoKeyPackage = "no_key_package",
    /// What the device has is older than what the hub keeps; resync by external commit. Of a message that is sent again:
    /// whether it was accepted can't be told any more.
    HistoryGone = "history_gone",
    /// Over a named limit.
    LimitExceeded = "limit_exceeded",
    /// Too many messages; wait for the stated time.
    RateLimited = "rate_limited",
    /// The room's queue is full; try again.
    Busy = "busy",
    /// The device did not read fast enough and was cut loose; resume by cursor.
    TooSlow = "too_slow",
    /// Another connection of the same device took over.
    Superseded = "superseded",
    /// An enrolment request or answer is malformed, already answered, or not for this authority.
    BadEnrolment = "bad_enrolment",
    /// Not an address that this hub pushes to.
    BadEndpoint = "bad_endpoint",
    /// The hub is shutting down; reconnect.
    GoingAway = "going_away",
    /// The hub could not store it; nothing was acknowledged, try again.
    Unavailable = "unavailable",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn serde_and_as_str_agree_and_are_distinct() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
            assert!(seen.insert(code.as_str()));
        }
    }
}
