//! The one-time ticket that an authority hands to an officer.

use core::fmt;
use core::str::FromStr;

use entente_protocol::{Fingerprint, TicketId};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::label::sha256;

const PREFIX: &str = "ENT1-";
const CODE_BYTES: usize = 16;
const CHECK_BYTES: usize = 4;
const BODY_BYTES: usize = Fingerprint::LEN + CODE_BYTES + 8;

/// A ticket: which authority, a secret one-time code, and until when. The code never reaches the
/// hub; the hub sees only [`Ticket::id`], which is derived from it.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    authority: Fingerprint,
    code: Code,
    expires_at_ms: u64,
}

#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
struct Code([u8; CODE_BYTES]);

/// A text that is not a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Not the text of a ticket at all.
    #[error("this is not an enrolment ticket")]
    Malformed,
    /// Mistyped: the check bytes differ.
    #[error("the ticket was mistyped or cut")]
    Mistyped,
}

impl Ticket {
    /// A ticket of `authority` with 16 random bytes as its code.
    #[must_use]
    pub fn new(authority: Fingerprint, code: [u8; 16], expires_at_ms: u64) -> Self {
        Self {
            authority,
            code: Code(code),
            expires_at_ms,
        }
    }

    /// The authority's root fingerprint.
    #[must_use]
    pub fn authority(&self) -> Fingerprint {
        self.authority
    }

    /// End of the ticket, Unix milliseconds.
    #[must_use]
    pub fn expires_at_ms(&self) -> u64 {
        self.expires_at_ms
    }

    /// What the hub calls it: HKDF-SHA-256 of the code with info `ticket id`.
    #[must_use]
    pub fn id(&self) -> TicketId {
        let mut id = [0_u8; TicketId::LEN];
        self.derive(b"ticket id", &mut id);
        TicketId::from_bytes(id)
    }

    /// HKDF-SHA-256 with salt `Entente 1.0 Enrolment` (RFC 5869).
    pub(crate) fn derive(&self, info: &[u8], out: &mut [u8]) {
        // Expand fails only beyond 255 * 32 bytes, and callers want 16 or 32.
        let _ = Hkdf::<Sha256>::new(Some(b"Entente 1.0 Enrolment"), &self.code.0).expand(info, out);
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(BODY_BYTES + CHECK_BYTES);
        body.extend_from_slice(self.authority.as_bytes());
        body.extend_from_slice(&self.code.0);
        body.extend_from_slice(&self.expires_at_ms.to_be_bytes());
        let check = sha256(&body);
        body.extend_from_slice(&check[..CHECK_BYTES]);
        body
    }

    /// The text to hand over: `ENT1-` and 96 characters of base32 (RFC 4648 §6, without padding).
    /// A secret: not in `Display`, so that it does not slip into a log.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!(
            "{PREFIX}{}",
            data_encoding::BASE32_NOPAD.encode(&self.body())
        )
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.to_ascii_uppercase();
        let encoded = text.strip_prefix(PREFIX).ok_or(TicketError::Malformed)?;
        let bytes = data_encoding::BASE32_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| TicketError::Malformed)?;
        let (body, check) = bytes
            .split_at_checked(BODY_BYTES)
            .ok_or(TicketError::Mistyped)?;
        if check != &sha256(body)[..CHECK_BYTES] {
            return Err(TicketError::Mistyped);
        }
        let (authority, rest) = body
            .split_at_checked(Fingerprint::LEN)
            .ok_or(TicketError::Malformed)?;
        let (code, expiry) = rest
            .split_at_checked(CODE_BYTES)
            .ok_or(TicketError::Malformed)?;
        Ok(Self {
            authority: Fingerprint::from_slice(authority).ok_or(TicketError::Malformed)?,
            code: Code(code.try_into().map_err(|_| TicketError::Malformed)?),
            expires_at_ms: u64::from_be_bytes(
                expiry.try_into().map_err(|_| TicketError::Malformed)?,
            ),
        })
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Ticket({} of {}, code hidden)",
            self.id(),
            self.authority
        )
    }
}
