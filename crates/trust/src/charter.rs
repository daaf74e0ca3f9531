//! The charter: the signed document that opens a room and bounds what it may become.

use entente_protocol::{DeviceId, Fingerprint, RoomId, limits};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes,
};

use crate::label::{labelled, sha256};
use crate::{Accreditation, CertificateError, Country, DeviceSigner, Role, Terms};

/// An authority that a charter names.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct CharterAuthority {
    /// SHA-256 of its root certificate.
    pub root: Fingerprint,
    /// Its country.
    pub country: Country,
    /// The highest role that its devices may hold in this room.
    pub highest_role: Role,
}

/// The clear part of a charter, as members and hub both read it.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Charter {
    /// Encoding version, and what it came with.
    pub terms: Terms,
    /// The room; equals the MLS group id.
    pub room: RoomId,
    /// MLS ciphersuite (RFC 9420 §17.1).
    pub ciphersuite: u16,
    /// 0 for the opening charter, one more with each amendment.
    pub amendment: u32,
    /// Fingerprint of the charter that this one amends; zeros at the opening.
    pub previous: Fingerprint,
    /// Start of the time box, Unix milliseconds.
    pub opens_at_ms: u64,
    /// End of the time box, Unix milliseconds.
    pub closes_at_ms: u64,
    /// Hard maximum: no amendment moves the end beyond it, Unix milliseconds.
    pub latest_close_ms: u64,
    /// The authorities, each once.
    pub authorities: Vec<CharterAuthority>,
    /// The coordinators' devices, each once.
    pub coordinators: Vec<DeviceId>,
    /// How many coordinators must sign an amendment.
    pub quorum: u8,
    /// Salted SHA-256 of the charter's secret text, which members get as an application message.
    pub text_digest: Fingerprint,
}

/// A coordinator's signature over a charter.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct CharterSignature {
    /// The signer's accreditation chain in DER, leaf first.
    pub chain: Vec<VLBytes>,
    /// Ed25519, 64 bytes.
    pub signature: VLBytes,
}

/// A charter with its signatures.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SignedCharter {
    /// What is signed.
    pub charter: Charter,
    /// Who signed.
    pub signatures: Vec<CharterSignature>,
}

/// Everything that was ever signed for a room: the opening charter and its amendments in order, the
/// one in force last. It is the content of the GroupContext extension, so that whoever joins can
/// check the way from the opening to the present without believing anybody.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct CharterHistory {
    opening: SignedCharter,
    amendments: Vec<SignedCharter>,
}

impl CharterHistory {
    /// The history of a room that opens.
    #[must_use]
    pub fn opened(opening: SignedCharter) -> Self {
        Self {
            opening,
            amendments: Vec::new(),
        }
    }

    /// This history and one amendment more.
    #[must_use]
    pub fn amended(&self, amendment: SignedCharter) -> Self {
        let mut next = self.clone();
        next.amendments.push(amendment);
        next
    }

    /// The charter in force.
    #[must_use]
    pub fn in_force(&self) -> &Charter {
        &self.amendments.last().unwrap_or(&self.opening).charter
    }

    /// Each charter, the opening one first.
    pub fn all(&self) -> impl Iterator<Item = &Charter> {
        let signed = core::iter::once(&self.opening).chain(&self.amendments);
        signed.map(|signed| &signed.charter)
    }

    /// The charter that opened the room.
    #[must_use]
    pub fn opening(&self) -> &SignedCharter {
        &self.opening
    }

    /// Decodes the content of the extension.
    ///
    /// # Errors
    /// [`CharterError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CharterError> {
        let history =
            Self::tls_deserialize_exact_bytes(bytes).map_err(|_| CharterError::Malformed)?;
        if history.amendments.len() > limits::MAX_AMENDMENTS {
            return Err(CharterError::Field("number of amendments"));
        }
        Ok(history)
    }

    /// Encodes the content of the extension.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // As in `Charter::encoded`.
        self.tls_serialize_detached().unwrap_or_default()
    }

    /// Checks a history that opens a room: no amendment yet, the charter's fields in order, signed
    /// by one of its coordinators.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn check_opening(&self, now_ms: u64) -> Result<(), CharterError> {
        if !self.amendments.is_empty() {
            return Err(CharterError::NotNext);
        }
        self.opening.check_opening(Some(now_ms))
    }

    /// Checks that this history follows on `current`: the same and one permitted amendment more,
    /// next in line, signed by the quorum of the charter in force, within its hard maximum, not in
    /// the past.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn check_follows(&self, current: &Self, now_ms: u64) -> Result<(), CharterError> {
        let Some((last, before)) = self.amendments.split_last() else {
            return Err(CharterError::NotNext);
        };
        if self.opening != current.opening || before != current.amendments {
            return Err(CharterError::NotNext);
        }
        last.check_amendment(current.in_force(), Some(now_ms))
    }

    /// Checks a history met in a room that goes on already: each charter of it was permitted by the
    /// one before. The validity of accreditations is not looked at: it was when they signed.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn check_standing(&self) -> Result<(), CharterError> {
        self.opening.check_opening(None)?;
        let mut current = &self.opening.charter;
        for amendment in &self.amendments {
            amendment.check_amendment(current, None)?;
            current = &amendment.charter;
        }
        Ok(())
    }

    /// Who signed the newest amendment; nobody if there is none.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn amended_by(&self) -> Result<Vec<Accreditation>, CharterError> {
        let last = self.amendments.last();
        last.map_or(Ok(Vec::new()), |last| last.check_each_signature(None))
    }

    /// Who signed the amendments that came after `earlier`, which this history continues.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn signers_since(&self, earlier: &Self) -> Result<Vec<Accreditation>, CharterError> {
        let new = self.amendments.iter().skip(earlier.amendments.len());
        let signers: Result<Vec<_>, _> = new
            .map(|amendment| amendment.check_each_signature(None))
            .collect();
        Ok(signers?.into_iter().flatten().collect())
    }

    /// Whether this history is `earlier`, or what became of it by amendments.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        self.opening == earlier.opening && self.amendments.starts_with(&earlier.amendments)
    }
}

/// Why a charter is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CharterError {
    /// It can't be decoded, or is of another version.
    #[error("the charter can't be read")]
    Malformed,
    /// A field is out of its range, or a list has doubles.
    #[error("the charter's {0} is not allowed")]
    Field(&'static str),
    /// Fewer valid signatures than needed.
    #[error("the charter lacks the coordinators' signatures")]
    Quorum,
    /// A signer is not a coordinator, or signed twice.
    #[error("the charter was signed by somebody who may not")]
    Signer,
    /// A signer's accreditation is bad.
    #[error("a signer's accreditation: {0}")]
    Certificate(#[from] CertificateError),
    /// The amendment does not follow on the charter in force.
    #[error("the amendment does not follow on the charter in force")]
    NotNext,
    /// The amendment changes what must stay.
    #[error("the amendment changes the {0}, which must stay")]
    Fixed(&'static str),
    /// The amendment ends the room in the past or beyond the hard maximum.
    #[error("the amendment's end is in the past or beyond the hard maximum")]
    End,
}

impl Charter {
    /// SHA-256 over the labelled encoding: the charter's name in amendments.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(sha256(&labelled(
            "Entente 1.0 CharterDigest",
            &[&self.encoded()],
        )))
    }

    /// The authority of a root, if the charter names it.
    #[must_use]
    pub fn authority(&self, root: Fingerprint) -> Option<&CharterAuthority> {
        self.authorities
            .iter()
            .find(|authority| authority.root == root)
    }

    /// The role of an accreditation in this room: its own, but coordinator only for the devices
    /// that the charter lists; others accredited so high act as liaisons.
    #[must_use]
    pub fn role_of(&self, accreditation: &Accreditation) -> Role {
        let is_listed = self.coordinators.contains(&accreditation.device());
        match (accreditation.role(), is_listed) {
            (Role::Coordinator, false) => Role::Liaison,
            (role, _) => role,
        }
    }

    /// When the hub shreds what was said, Unix milliseconds.
    #[must_use]
    pub fn shred_at_ms(&self) -> u64 {
        self.closes_at_ms.saturating_add(self.terms.retention_ms())
    }

    /// When the hub forgets the rest: nobody can believe then that the room is open, Unix milliseconds.
    #[must_use]
    pub fn forget_at_ms(&self) -> u64 {
        self.shred_at_ms().max(self.latest_close_ms)
    }

    /// Whether `now_ms` lies in the time box.
    #[must_use]
    pub fn is_open_at(&self, now_ms: u64) -> bool {
        (self.opens_at_ms..self.closes_at_ms).contains(&now_ms)
    }

    /// Signs the charter.
    #[must_use]
    pub fn sign(&self, signer: &DeviceSigner, accreditation: &Accreditation) -> CharterSignature {
        CharterSignature {
            chain: accreditation
                .chain()
                .iter()
                .map(|der| VLBytes::new(der.clone()))
                .collect(),
            signature: signer.sign_bytes(&self.signed_bytes()).to_vec().into(),
        }
    }

    /// Whether `signature` is the device's over this charter.
    #[must_use]
    pub fn is_signed_by(&self, signer: &Accreditation, signature: &[u8]) -> bool {
        signer.verify(&self.signed_bytes(), signature).is_ok()
    }

    /// From its encoding, as coordinators send it to be signed.
    ///
    /// # Errors
    /// [`CharterError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CharterError> {
        Self::tls_deserialize_exact_bytes(bytes).map_err(|_| CharterError::Malformed)
    }

    /// The encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.encoded()
    }

    /// Whether this charter could follow on `current`, were it signed.
    ///
    /// # Errors
    /// See [`CharterError`].
    pub fn check_draft(&self, current: &Self, now_ms: u64) -> Result<(), CharterError> {
        let unsigned = SignedCharter {
            charter: self.clone(),
            signatures: Vec::new(),
        };
        match unsigned.check_amendment(current, Some(now_ms)) {
            // All but the signatures is in order.
            Err(CharterError::Quorum) => Ok(()),
            other => other,
        }
    }

    fn encoded(&self) -> Vec<u8> {
        // Encoding into a Vec fails only over 2^30 bytes; the lists are bounded by `check_fields`.
        self.tls_serialize_detached().unwrap_or_default()
    }

    fn signed_bytes(&self) -> Vec<u8> {
        labelled("Entente 1.0 Charter", &[&self.encoded()])
    }

    fn check_fields(&self) -> Result<(), CharterError> {
        if let Some(fault) = self.terms.fault() {
            return Err(CharterError::Field(fault));
        }
        let box_ms = self.latest_close_ms.checked_sub(self.opens_at_ms);
        if self.closes_at_ms < self.opens_at_ms
            || self.closes_at_ms > self.latest_close_ms
            || box_ms.is_none_or(|length| length > limits::MAX_TIME_BOX_MS)
        {
            return Err(CharterError::Field("time box"));
        }
        let roots = self.authorities.iter().map(|authority| authority.root);
        if self.authorities.len() > limits::MAX_AUTHORITIES
            || !self
                .authorities
                .iter()
                .all(|authority| authority.country.is_valid())
            || !are_distinct(roots)
            || self.authorities.is_empty()
        {
            return Err(CharterError::Field("list of authorities"));
        }
        if self.coordinators.len() > limits::MAX_COORDINATORS
            || !are_distinct(self.coordinators.iter().copied())
            || self.coordinators.is_empty()
        {
            return Err(CharterError::Field("list of coordinators"));
        }
        if self.quorum == 0 || usize::from(self.quorum) > self.coordinators.len() {
            return Err(CharterError::Field("quorum"));
        }
        Ok(())
    }
}

impl SignedCharter {
    /// Checks a charter that opens a room: its fields, and that one of its coordinators signed it.
    fn check_opening(&self, now_ms: Option<u64>) -> Result<(), CharterError> {
        let charter = &self.charter;
        charter.check_fields()?;
        if charter.amendment != 0 || charter.previous != Fingerprint::from_bytes([0; 32]) {
            return Err(CharterError::NotNext);
        }
        // What all have to live with takes as many signatures at the opening as later.
        let needed = if charter.terms.consents().is_empty() {
            1
        } else {
            usize::from(charter.quorum)
        };
        self.check_signatures(charter, needed, now_ms)
    }

    /// Checks that this charter may follow on `current`: next in line, signed by its quorum, within
    /// its hard maximum. With `now_ms` also: not in the past (but for the tolerance of two clocks),
    /// by signers whose accreditations are valid.
    fn check_amendment(&self, current: &Charter, now_ms: Option<u64>) -> Result<(), CharterError> {
        let next = &self.charter;
        next.check_fields()?;
        if Some(next.amendment) != current.amendment.checked_add(1)
            || next.previous != current.fingerprint()
        {
            return Err(CharterError::NotNext);
        }
        let fixed = [
            (next.room == current.room, "room"),
            (next.ciphersuite == current.ciphersuite, "ciphersuite"),
            (next.opens_at_ms == current.opens_at_ms, "opening time"),
            (
                next.latest_close_ms == current.latest_close_ms,
                "hard maximum",
            ),
            (next.text_digest == current.text_digest, "secret text"),
            (next.terms.may_follow(current.terms), "version"),
        ];
        if let Some((_, field)) = fixed.iter().find(|(same, _)| !same) {
            return Err(CharterError::Fixed(field));
        }
        let earliest_ms = next.closes_at_ms.saturating_add(limits::CLOCK_TOLERANCE_MS);
        if now_ms.is_some_and(|now_ms| earliest_ms < now_ms) {
            return Err(CharterError::End);
        }
        self.check_signatures(current, usize::from(current.quorum), now_ms)
    }

    /// Roots of the authorities whose devices signed. Meaningful for a charter that was checked.
    #[must_use]
    pub fn signers(&self) -> Vec<Fingerprint> {
        let chains = self.signatures.iter().map(|signature| &signature.chain);
        chains
            .filter_map(|chain| chain.last())
            .map(|root| Fingerprint::from_bytes(sha256(root.as_slice())))
            .collect()
    }

    fn check_signatures(
        &self,
        judge: &Charter,
        needed: usize,
        now_ms: Option<u64>,
    ) -> Result<(), CharterError> {
        let signers = self.check_each_signature(now_ms)?;
        for signer in &signers {
            let authority = judge.authority(signer.root()).ok_or(CharterError::Signer)?;
            let may_coordinate = authority.country == signer.country()
                && Role::Coordinator.is_within(authority.highest_role)
                && judge.role_of(signer) == Role::Coordinator;
            if !may_coordinate {
                return Err(CharterError::Signer);
            }
        }
        if !are_distinct(signers.iter().map(Accreditation::device)) {
            return Err(CharterError::Signer);
        }
        if signers.len() < needed {
            Err(CharterError::Quorum)
        } else {
            Ok(())
        }
    }

    fn check_each_signature(
        &self,
        now_ms: Option<u64>,
    ) -> Result<Vec<Accreditation>, CharterError> {
        if self.signatures.is_empty() {
            return Err(CharterError::Quorum);
        }
        if self.signatures.len() > limits::MAX_COORDINATORS {
            return Err(CharterError::Field("number of signatures"));
        }
        let message = self.charter.signed_bytes();
        self.signatures
            .iter()
            .map(|signature| {
                let chain: Vec<&[u8]> = signature.chain.iter().map(VLBytes::as_slice).collect();
                let signer = Accreditation::from_chain(&chain)?;
                if let Some(now_ms) = now_ms {
                    signer.check_time(now_ms)?;
                }
                signer.verify(&message, signature.signature.as_slice())?;
                Ok(signer)
            })
            .collect()
    }
}

fn are_distinct<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().all(|item| seen.insert(item))
}
