//! What can be wrong with a dossier, and where.

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
    /// What a compartment is: its room, its countries, its announcement.
    Compartment,
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
            PartKind::Entry | PartKind::Inner => Self::Entry { seq: at },
            PartKind::Gap => Self::Gap { seq: at },
            PartKind::Attachment => Self::Attachment { seq: at },
            PartKind::Audit => Self::Audit { id: at },
            PartKind::Compartment => Self::Compartment,
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
    /// It is another room's compartment, or the table of contents is another one's.
    OtherRoom,
    /// The room was not told of this compartment at the place that it names.
    NotAnnounced,
    /// Somebody sits whose country the compartment does not name.
    NotNamed,
    /// Its author, or somebody who could read it, was out of the room at the place that the author names.
    NotInRoom,
    /// Its author saw another story of the room, up to this place there.
    OtherStory {
        /// The place that the author names.
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
            Self::OtherRoom => "other_room",
            Self::NotAnnounced => "not_announced",
            Self::NotNamed => "not_named",
            Self::NotInRoom => "not_in_room",
            Self::OtherStory { .. } => "other_story",
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
