//! What a charter agrees on beside its time box and its people. Charters of version 1 say nothing of it.

use std::io::Write;

use entente_protocol::limits;
use tls_codec::{
    DeserializeBytes, Error, Serialize, Size, TlsDeserializeBytes, TlsSerialize, TlsSize,
};

/// What a room's members agree to that is done with what they say: a set of bits.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    TlsSize,
    TlsSerialize,
    TlsDeserializeBytes,
)]
pub struct Consents(u8);

impl Consents {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// An agent may carry the board's places to a TAK server and sightings from there into the room.
    pub const TAK: Self = Self(1);

    /// Whether all of `wanted` is agreed to.
    #[must_use]
    pub const fn includes(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// With `more`.
    #[must_use]
    pub const fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// Without `less`.
    #[must_use]
    pub const fn without(self, less: Self) -> Self {
        Self(self.0 & !less.0)
    }

    /// Whether somebody has agreed to something.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn is_known(self) -> bool {
        self.without(Self::TAK).is_empty()
    }
}

/// Version of a charter's encoding, and what came with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// Version 1.
    Unsaid,
    /// Version 2.
    Said {
        /// How long after the end of the time box the hub keeps what was said, milliseconds.
        retention_ms: u64,
        /// What is agreed to.
        consents: Consents,
    },
}

const VERSION_UNSAID: u16 = 1;
const VERSION_SAID: u16 = 2;

impl Default for Terms {
    fn default() -> Self {
        Self::Said {
            retention_ms: limits::DEFAULT_RETENTION_MS,
            consents: Consents::NONE,
        }
    }
}

impl Terms {
    /// How long after the end of the time box the hub keeps what was said, milliseconds.
    #[must_use]
    pub const fn retention_ms(self) -> u64 {
        match self {
            Self::Unsaid => limits::DEFAULT_RETENTION_MS,
            Self::Said { retention_ms, .. } => retention_ms,
        }
    }

    /// What is agreed to.
    #[must_use]
    pub const fn consents(self) -> Consents {
        match self {
            Self::Unsaid => Consents::NONE,
            Self::Said { consents, .. } => consents,
        }
    }

    /// The same with another retention.
    #[must_use]
    pub const fn keeping(self, retention_ms: u64) -> Self {
        Self::Said {
            retention_ms,
            consents: self.consents(),
        }
    }

    /// The same with other consents.
    #[must_use]
    pub const fn agreeing(self, consents: Consents) -> Self {
        Self::Said {
            retention_ms: self.retention_ms(),
            consents,
        }
    }

    /// The first field that is out of its range.
    pub(crate) fn fault(self) -> Option<&'static str> {
        if self.retention_ms() > limits::MAX_RETENTION_MS {
            Some("retention")
        } else if !self.consents().is_known() {
            Some("consents")
        } else {
            None
        }
    }

    /// What was said once is not unsaid by an amendment.
    pub(crate) fn may_follow(self, earlier: Self) -> bool {
        self != Self::Unsaid || earlier == Self::Unsaid
    }
}

impl Size for Terms {
    fn tls_serialized_len(&self) -> usize {
        let version = VERSION_UNSAID.tls_serialized_len();
        match self {
            Self::Unsaid => version,
            Self::Said {
                retention_ms,
                consents,
            } => version + retention_ms.tls_serialized_len() + consents.tls_serialized_len(),
        }
    }
}

impl Serialize for Terms {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        match self {
            Self::Unsaid => VERSION_UNSAID.tls_serialize(writer),
            Self::Said {
                retention_ms,
                consents,
            } => Ok(VERSION_SAID.tls_serialize(writer)?
                + retention_ms.tls_serialize(writer)?
                + consents.tls_serialize(writer)?),
        }
    }
}

impl DeserializeBytes for Terms {
    fn tls_deserialize_bytes(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (version, rest) = u16::tls_deserialize_bytes(bytes)?;
        match version {
            VERSION_UNSAID => Ok((Self::Unsaid, rest)),
            VERSION_SAID => {
                let (retention_ms, rest) = u64::tls_deserialize_bytes(rest)?;
                let (consents, rest) = Consents::tls_deserialize_bytes(rest)?;
                Ok((
                    Self::Said {
                        retention_ms,
                        consents,
                    },
                    rest,
                ))
            }
            _ => Err(Error::DecodingError("version of a charter".to_owned())),
        }
    }
}
