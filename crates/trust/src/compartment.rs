//! A compartment: a group inside a room, for some of the room's countries. What its group's context says of it, and
//! what of the room it is judged by.

use std::collections::BTreeSet;

use entente_protocol::{Fingerprint, RoomId, limits};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize,
};

use crate::label::{labelled, sha256};
use crate::{Accreditation, Charter, CharterHistory, Country, Revocations, Roster};

/// Content of the GroupContext extension of a compartment. It never changes: for other countries another compartment
/// is opened.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Compartment {
    version: u16,
    /// The room that it lies in.
    pub room: RoomId,
    /// The compartment; equals the MLS group id.
    pub compartment: RoomId,
    /// Whose devices may sit: at least two, in order, each once.
    pub countries: Vec<Country>,
    /// Sequence number in the room of the event that announced it.
    pub announced: u64,
    /// What hides the compartment in the announcement. Random.
    pub salt: [u8; Self::SALT_BYTES],
}

/// Why a compartment is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompartmentError {
    /// It can't be decoded, or is of another version.
    #[error("the compartment can't be read")]
    Malformed,
    /// A field is out of its range.
    #[error("the compartment's {0} is not allowed")]
    Field(&'static str),
}

impl Compartment {
    /// Bytes of the salt.
    pub const SALT_BYTES: usize = 16;

    const VERSION: u16 = 1;

    /// A compartment of `room` for `countries`, in whatever order they come.
    ///
    /// # Errors
    /// [`CompartmentError::Field`].
    pub fn new(
        (room, compartment): (RoomId, RoomId),
        countries: impl IntoIterator<Item = Country>,
        announced: u64,
        salt: [u8; Self::SALT_BYTES],
    ) -> Result<Self, CompartmentError> {
        let countries: BTreeSet<Country> = countries.into_iter().collect();
        let new = Self {
            version: Self::VERSION,
            room,
            compartment,
            countries: countries.into_iter().collect(),
            announced,
            salt,
        };
        new.check()?;
        Ok(new)
    }

    /// Decodes the content of the extension.
    ///
    /// # Errors
    /// See [`CompartmentError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CompartmentError> {
        let found =
            Self::tls_deserialize_exact_bytes(bytes).map_err(|_| CompartmentError::Malformed)?;
        found.check()?;
        Ok(found)
    }

    /// Encodes the content of the extension.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Encoding into a Vec fails only over 2^30 bytes; the list is bounded by `check`.
        self.tls_serialize_detached().unwrap_or_default()
    }

    /// Whether devices of a country may sit.
    #[must_use]
    pub fn names(&self, country: Country) -> bool {
        self.countries.binary_search(&country).is_ok()
    }

    /// What is said of it in the room, where everybody can count it and nobody tell what it is: SHA-256 over
    /// `labelled("Entente 1.0 Compartment", salt, room, compartment, countries)`.
    #[must_use]
    pub fn commitment(&self) -> Fingerprint {
        Self::commit((self.room, self.compartment), &self.countries, &self.salt)
    }

    /// The same before it is known where it was announced.
    #[must_use]
    pub fn commit(
        (room, compartment): (RoomId, RoomId),
        countries: &[Country],
        salt: &[u8; Self::SALT_BYTES],
    ) -> Fingerprint {
        let countries = countries.to_vec().tls_serialize_detached();
        // As in `encode`.
        let countries = countries.unwrap_or_default();
        let parts: [&[u8]; 4] = [salt, room.as_bytes(), compartment.as_bytes(), &countries];
        Fingerprint::from_bytes(sha256(&labelled("Entente 1.0 Compartment", &parts)))
    }

    /// Digest of who sits, as statements made here bear it: SHA-256 over `labelled("Entente 1.0 CompartmentRoster",
    /// compartment, seats)`, `seats` as of a room ([`crate::digest_of_seats`]). It covers what the compartment is, so
    /// that nothing said in it can be shown as said in one of other countries, or announced elsewhere.
    #[must_use]
    pub fn digest_of_seats(&self, seats: Fingerprint) -> Fingerprint {
        let parts: [&[u8]; 2] = [&self.encode(), seats.as_bytes()];
        Fingerprint::from_bytes(sha256(&labelled("Entente 1.0 CompartmentRoster", &parts)))
    }

    fn check(&self) -> Result<(), CompartmentError> {
        if self.version != Self::VERSION {
            return Err(CompartmentError::Malformed);
        }
        let count = self.countries.len();
        // A compartment of one country would hide from the room what nobody else can be asked about.
        let is_right_size = (2..=limits::MAX_AUTHORITIES).contains(&count);
        let is_in_order = self.countries.is_sorted_by(|one, next| one < next);
        if !is_right_size || !is_in_order || !self.countries.iter().all(|it| it.is_valid()) {
            return Err(CompartmentError::Field("list of countries"));
        }
        if self.room == self.compartment {
            return Err(CompartmentError::Field("room"));
        }
        if self.announced == 0 {
            return Err(CompartmentError::Field("place of announcement"));
        }
        Ok(())
    }
}

/// A room at one place of its order, as its compartments are judged by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    charter: Charter,
    /// Certificates of those who sit and were not revoked.
    certificates: BTreeSet<Fingerprint>,
}

impl Standing {
    /// From a room's state.
    #[must_use]
    pub fn of(charters: &CharterHistory, roster: &Roster, revocations: &Revocations) -> Self {
        let seats = roster.seats().map(|(_, seat)| &seat.accreditation);
        let standing = seats.filter(|accreditation| !revocations.revokes(accreditation));
        Self::new(
            charters.in_force().clone(),
            standing.map(Accreditation::fingerprint),
        )
    }

    /// From the certificates of those who sat somewhere and were not revoked there, and the charter in force.
    #[must_use]
    pub fn new(charter: Charter, certificates: impl IntoIterator<Item = Fingerprint>) -> Self {
        Self {
            charter,
            certificates: certificates.into_iter().collect(),
        }
    }

    /// The charter in force.
    #[must_use]
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// Whether a device sits in the room with this very certificate, and was not revoked.
    #[must_use]
    pub fn stands(&self, device: &Accreditation) -> bool {
        self.certificates.contains(&device.fingerprint())
    }
}
