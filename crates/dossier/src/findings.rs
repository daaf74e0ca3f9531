//! What a check of a dossier has found: what is proven, by whom, and what is not.

use std::collections::BTreeMap;

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::{Accreditation, Country, Role};
use serde::Serialize;

use crate::fault::Fault;

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
    /// Of so many compartments that were announced in the room the record is not here.
    NotHere {
        /// How many.
        count: u64,
    },
    /// Where the compartment says that it was announced, nothing is known of the room.
    AnnouncementUnseen {
        /// The place in the room.
        seq: u64,
    },
    /// Of the place in the room that an event's author names, nothing is known: who stood there, and so whose it is.
    RoomUnknown {
        /// Where the event lies.
        seq: u64,
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

/// How many compartments a room has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Announced {
    /// As many were announced in it.
    pub total: u64,
    /// Of these, compartments whose dossiers are here.
    pub here: u64,
}

/// What was found of a compartment's dossier behind that of its room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inner {
    /// Which in the file, from 1.
    pub number: u64,
    /// The countries that it names; none if that can't be read.
    pub countries: Vec<Country>,
    /// The place in the room that it says it was announced at; none if that can't be read.
    pub announced: Option<u64>,
    /// All else. Its room is the compartment; the authorities are the room's.
    pub findings: Findings,
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
    /// Of a room: how many compartments were announced in it, and how many are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<Announced>,
    /// What is wrong; if nothing is, and nothing in a compartment, the dossier holds.
    pub faults: Vec<Fault>,
    /// What is not proven.
    pub remarks: Vec<Remark>,
    /// The dossiers of compartments that are here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compartments: Vec<Inner>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.everywhere().next().is_none()
    }

    pub(crate) fn sort(&mut self) {
        self.faults.sort_unstable();
        self.faults.dedup();
        self.remarks.sort_unstable();
    }

    /// All that is wrong, with the number of the compartment in which it is.
    pub fn everywhere(&self) -> impl Iterator<Item = (Option<u64>, Fault)> {
        let own = self.faults.iter().map(|fault| (None, *fault));
        let inner = self.compartments.iter().flat_map(|inner| {
            let faults = inner.findings.faults.iter();
            faults.map(|fault| (Some(inner.number), *fault))
        });
        own.chain(inner)
    }
}
