//! What a check of a dossier has found: what is proven, by whom, and what is not.

use std::collections::BTreeMap;

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::{Accreditation, Country, Role};
use serde::Serialize;

use crate::format::{PartKind, Row};

/// Where in a file something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Spot {
    /// The table of contents.
    Contents,
    /// The seal of the device that made it.
    Seal,
    /// The charter and its amendments.
    Charter,
    /// The charter's secret text.
    Text,
    /// An accreditation chain, by its number.
    Chain {
        /// Which, from 0.
        number: u64,
    },
    /// A revocation list, by its number.
    Revocations {
        /// Which, from 0.
        number: u64,
    },
    /// Who sits since a place.
    Sitting {
        /// The place.
        seq: u64,
    },
    /// What lies at a place of the order.
    Entry {
        /// The place.
        seq: u64,
    },
    /// A gap that begins at a place.
    Gap {
        /// The place.
        seq: u64,
    },
    /// The file that was shared at a place.
    Attachment {
        /// The place.
        seq: u64,
    },
    /// A row of the hub's audit log, by its number there.
    Audit {
        /// Which.
        id: u64,
    },
    /// The file's end.
    End,
}

impl Spot {
    pub(crate) fn of(row: &Row) -> Self {
        let at = row.place;
        match row.kind {
            PartKind::Charter => Self::Charter,
            PartKind::Text => Self::Text,
            PartKind::Chain => Self::Chain { number: at },
            PartKind::Revocations => Self::Revocations { number: at },
            PartKind::Sitting => Self::Sitting { seq: at },
            PartKind::Entry => Self::Entry { seq: at },
            PartKind::Gap => Self::Gap { seq: at },
            PartKind::Attachment => Self::Attachment { seq: at },
            PartKind::Audit => Self::Audit { id: at },
        }
    }
}

/// What is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "wrong", rename_all = "snake_case")]
pub enum Wrong {
    /// Its bytes are not those that were sealed.
    Changed,
    /// It ends too early.
    CutShort,
    /// Something is behind it.
    Trailing,
    /// It can't be read, or is there twice.
    Unreadable,
    /// The seal is not that of an accredited device.
    NotSealed,
    /// The charter's signatures are not those of its coordinators, or one is missing.
    NotSigned,
    /// It is not what the charter or an event has the digest of.
    OtherDigest,
    /// No such charter is in the history.
    OtherCharter,
    /// A certificate that it names is not here.
    NoCertificate,
    /// The charter gives the device no right to a seat.
    NoRight,
    /// Its author had no seat there.
    NoSeat,
    /// The signature is not its author's over what it says, there, to those who sat.
    Forged,
    /// The event is not the one that was signed.
    OtherEvent,
    /// The same message is there twice.
    Doubled,
    /// Nothing is there, up to and with this place, and no gap is told.
    Missing {
        /// The last place that is missing.
        to: u64,
    },
    /// It is not what its digest says, or does not follow on the row before it.
    BrokenChain,
    /// The hub's log says otherwise than the record.
    OtherRecord,
    /// The hub has delivered it, and has not noted it.
    NotLogged,
    /// Its author saw another order, or other times of the hub, somewhere after the first place up to the second.
    OtherOrder {
        /// The last place at which its author's view is known to agree.
        agreed: u64,
        /// The last place that its author had seen.
        seen: u64,
    },
}

impl Wrong {
    /// Its name in texts and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::CutShort => "cut_short",
            Self::Trailing => "trailing",
            Self::Unreadable => "unreadable",
            Self::NotSealed => "not_sealed",
            Self::NotSigned => "not_signed",
            Self::OtherDigest => "other_digest",
            Self::OtherCharter => "other_charter",
            Self::NoCertificate => "no_certificate",
            Self::NoRight => "no_right",
            Self::NoSeat => "no_seat",
            Self::Forged => "forged",
            Self::OtherEvent => "other_event",
            Self::Doubled => "doubled",
            Self::Missing { .. } => "missing",
            Self::BrokenChain => "broken_chain",
            Self::OtherRecord => "other_record",
            Self::NotLogged => "not_logged",
            Self::OtherOrder { .. } => "other_order",
        }
    }
}

/// Something is wrong somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// Where.
    pub at: Spot,
    /// What.
    #[serde(flatten)]
    pub wrong: Wrong,
}

/// What is in order and yet not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub enum Remark {
    /// Nobody who checks has named this country's authority: compare its fingerprint with one from elsewhere.
    Unpinned {
        /// The country.
        country: Country,
        /// The root's fingerprint.
        root: Fingerprint,
    },
    /// The record begins here: what was before is known by a member's snapshot at best.
    Begins {
        /// The first place.
        seq: u64,
    },
    /// The device that kept the record has not seen these.
    Gap {
        /// The first place.
        from: u64,
        /// The last place.
        to: u64,
    },
    /// Order and the hub's times behind this place rest on the word of the device that made the dossier.
    Tail {
        /// The last place that others attest.
        after: u64,
        /// The last place there is.
        to: u64,
    },
    /// Something was delivered that the device could not read, or whose author had not signed it.
    Unheard {
        /// Where.
        seq: u64,
    },
    /// Nobody spoke while these sat: who they were is proven by those who spoke later, or by nobody.
    Unattested {
        /// Since which place they sat.
        seq: u64,
    },
    /// Somebody spoke whose certificate's time was over, or had not begun, by the hub's clock.
    OutOfTime {
        /// Where it happened first.
        seq: u64,
        /// Who.
        device: DeviceId,
    },
    /// The hub's audit log is not in the dossier.
    NoAudit,
    /// Of so many rows of the hub's audit log the record says nothing: they are the hub's word alone.
    HubAlone {
        /// How many.
        rows: u64,
    },
    /// The device's authority has taken its word back for it.
    Revoked {
        /// Which.
        device: DeviceId,
    },
}

/// A person's device, as its certificate names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The device.
    pub device: DeviceId,
    /// Call sign.
    pub callsign: String,
    /// The authority's id of the officer.
    pub officer: String,
    /// Country.
    pub country: Country,
    /// Highest role of the certificate.
    pub role: Role,
    /// Fingerprint of the authority's root.
    pub authority: Fingerprint,
}

impl Person {
    pub(crate) fn of(accreditation: &Accreditation) -> Self {
        Self {
            device: accreditation.device(),
            callsign: accreditation.callsign().to_owned(),
            officer: accreditation.officer().to_owned(),
            country: accreditation.country(),
            role: accreditation.role(),
            authority: accreditation.root(),
        }
    }
}

/// An authority of the charter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorityFound {
    /// Its country.
    pub country: Country,
    /// Fingerprint of its root.
    pub root: Fingerprint,
    /// Whether whoever checks has named it.
    pub is_pinned: bool,
}

/// How many events there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Places of the order.
    pub entries: u64,
    /// Events whose author's signature holds.
    pub proven: u64,
    /// Of these, events that are withheld.
    pub withheld: u64,
    /// Files that are here and are what was shared.
    pub attachments: u64,
}

/// Who attests the order and the hub's times, beside the device that made the dossier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Attested {
    /// Up to which place.
    pub to: u64,
    /// Each device, with the last place that it has signed for.
    pub by: BTreeMap<DeviceId, u64>,
}

/// What the hub's audit log has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// Its rows about the room.
    pub rows: u64,
    /// Of these, rows that say what the record says.
    pub confirmed: u64,
    /// Of these, rows of which the record says nothing.
    pub hub_alone: u64,
    /// Up to which place the hub has noted the digests of messages.
    pub to: u64,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// The room.
    pub room: RoomId,
    /// When the dossier was made, by its maker's clock, Unix milliseconds.
    pub made_at_ms: u64,
    /// Whose device made it; none if the seal is broken.
    pub made_by: Option<Person>,
    /// Country and handling code for which something is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_for: Option<(Country, u8)>,
    /// The charter's authorities.
    pub authorities: Vec<AuthorityFound>,
    /// Everybody who is named by a certificate that holds.
    pub people: Vec<Person>,
    /// How many events there are.
    pub counts: Counts,
    /// Who attests the order.
    pub attested: Attested,
    /// What the hub has noted, if its log is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audited>,
    /// What is wrong; empty if the dossier holds.
    pub faults: Vec<Fault>,
    /// What is not proven.
    pub remarks: Vec<Remark>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}
