//! Making a dossier from what a device has kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::{AuditRow, Fingerprint, RoomId};
use entente_room::playbook::Playbook;
use entente_room::{Author, Event, Evidence, Identity, KeptEntry, KeptEvent, Sitting};
use entente_trust::{Accreditation, Charter, recorded_content};
use tls_codec::VLBytes;

use crate::disclosure::{Clearance, Marks};
use crate::format::{
    EntryPart, FormatError, Opened, Part, PartKind, Recipient, SaidPart, SeatTaken, SittingPart,
    TextPart, encode, write,
};

/// A file that was shared in the room.
#[derive(Clone)]
pub struct Attachment {
    /// Place of the event that shared it.
    pub seq: u64,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What is put into a dossier beside the record.
#[derive(Clone, Default)]
pub struct Beside {
    /// Files that were shared.
    pub attachments: Vec<Attachment>,
    /// What the hub has noted of the room.
    pub audit: Vec<AuditRow>,
}

/// Makes a dossier, sealed by the device that makes it. With a clearance, what its country may not have is replaced
/// by its commitment.
///
/// # Errors
/// [`FormatError::TooLarge`].
pub fn export(
    identity: &Identity,
    evidence: &Evidence,
    beside: &Beside,
    clearance: Option<&Clearance>,
    made_at_ms: u64,
) -> Result<Vec<u8>, FormatError> {
    let room = evidence.charters.in_force().room;
    let given = Given::of(evidence, clearance);
    let mut parts = vec![Part {
        kind: PartKind::Charter,
        place: 0,
        bytes: evidence.charters.encode(),
    }];
    if let Some(text) = evidence.text.as_ref().filter(|_| given.text) {
        let text = TextPart {
            salt: text.salt,
            exercise: u8::from(text.exercise),
            title: text.title.as_bytes().to_vec().into(),
            playbook: text.playbook.as_bytes().to_vec().into(),
        };
        parts.push(part(PartKind::Text, 0, &text)?);
    }
    for (place, chain) in (0..).zip(&evidence.chains) {
        let chain: Vec<VLBytes> = chain.iter().map(|der| VLBytes::new(der.clone())).collect();
        parts.push(part(PartKind::Chain, place, &chain)?);
    }
    for (place, list) in (0..).zip(&evidence.revocations) {
        parts.push(Part {
            kind: PartKind::Revocations,
            place,
            bytes: list.clone(),
        });
    }
    for step in &evidence.sittings {
        parts.push(part(PartKind::Sitting, step.seq, &sitting(step))?);
    }
    for (from, to) in &evidence.gaps {
        parts.push(part(PartKind::Gap, *from, to)?);
    }
    for kept in &evidence.entries {
        let is_given = given.seqs.get(&kept.head.seq).copied().unwrap_or(true);
        parts.push(part(
            PartKind::Entry,
            kept.head.seq,
            &entry(kept, is_given),
        )?);
    }
    for row in &beside.audit {
        parts.push(part(PartKind::Audit, row.id, row)?);
    }
    for attachment in &beside.attachments {
        if given.seqs.get(&attachment.seq).copied().unwrap_or(false) {
            parts.push(Part {
                kind: PartKind::Attachment,
                place: attachment.seq,
                bytes: attachment.bytes.clone(),
            });
        }
    }
    let recipient = clearance.map(|it| Recipient {
        country: it.country,
        handling: it.handling as u8,
    });
    let head: (RoomId, u64, Option<Recipient>) = (room, made_at_ms, recipient);
    write(head, &parts, identity.signer(), identity.accreditation())
}

fn part<T: tls_codec::Serialize>(
    kind: PartKind,
    place: u64,
    value: &T,
) -> Result<Part, FormatError> {
    Ok(Part {
        kind,
        place,
        bytes: encode(value)?,
    })
}

fn sitting(step: &Sitting) -> SittingPart {
    let added = step.added.iter();
    SittingPart {
        epoch: step.epoch,
        charter: step.charter,
        is_whole: u8::from(step.is_whole),
        added: added
            .map(|(leaf, certificate)| SeatTaken {
                leaf: *leaf,
                certificate: *certificate,
            })
            .collect(),
        removed: step.removed.clone(),
    }
}

fn entry(kept: &KeptEntry, is_given: bool) -> EntryPart {
    let head = &kept.head;
    EntryPart {
        kind: head.kind,
        sender: head.sender,
        number: head.number,
        epoch: head.epoch,
        time_ms: head.time_ms,
        message: Fingerprint::from_bytes(head.message),
        said: kept.said.as_ref().map(|said| self::said(said, is_given)),
    }
}

fn said(said: &KeptEvent, is_given: bool) -> SaidPart {
    SaidPart {
        seen_seq: said.seen_seq,
        seen_hash: Fingerprint::from_bytes(said.seen_hash),
        sent_ms: said.sent_ms,
        signature: said.signature.clone().into(),
        content: recorded_content(&said.salt, &said.event),
        opened: is_given.then(|| Opened {
            salt: said.salt,
            event: said.event.clone().into(),
        }),
    }
}

/// What is given and what is withheld.
struct Given {
    text: bool,
    /// Whether the event at a place is given.
    seqs: BTreeMap<u64, bool>,
}

impl Given {
    fn of(evidence: &Evidence, clearance: Option<&Clearance>) -> Self {
        let said = said_by(evidence);
        let Some(clearance) = clearance else {
            return Self {
                text: true,
                seqs: said.iter().map(|(seq, ..)| (*seq, true)).collect(),
            };
        };
        let playbook = evidence.text.as_ref();
        let playbook = playbook.and_then(|text| Playbook::from_json(&text.playbook).ok());
        let record = said.iter().filter_map(|(seq, time_ms, author, event)| {
            Some((*seq, *time_ms, author.as_ref()?, event.as_ref()?))
        });
        let marks = Marks::of(playbook.map(Arc::new), record);
        let seqs = said.iter().map(|(seq, _, author, event)| {
            let both = author.as_ref().zip(event.as_ref());
            let is_given =
                both.is_some_and(|(author, event)| marks.allows(clearance, author, event));
            (*seq, is_given)
        });
        let in_charter = |charter: &Charter| {
            let mut authorities = charter.authorities.iter();
            authorities.any(|authority| authority.country == clearance.country)
        };
        Self {
            // Members know it; others need not.
            text: in_charter(evidence.charters.in_force()),
            seqs: seqs.collect(),
        }
    }
}

/// Every event with its place, time and author, as far as they can be read.
fn said_by(evidence: &Evidence) -> Vec<(u64, u64, Option<Author>, Option<Event>)> {
    let charter = evidence.charters.in_force();
    let mut authors = BTreeMap::new();
    for chain in &evidence.chains {
        if let Ok(accreditation) = Accreditation::from_chain(chain) {
            authors.insert(accreditation.device(), author_of(&accreditation, charter));
        }
    }
    let entries = evidence.entries.iter().filter_map(|kept| {
        let said = kept.said.as_ref()?;
        Some((
            kept.head.seq,
            kept.head.time_ms,
            authors.get(&kept.head.sender).cloned(),
            Event::decode(&said.event).ok(),
        ))
    });
    entries.collect()
}

/// A device's name under a charter.
pub(crate) fn author_of(accreditation: &Accreditation, charter: &Charter) -> Author {
    Author {
        device: accreditation.device(),
        callsign: accreditation.callsign().to_owned(),
        country: accreditation.country(),
        role: charter.role_of(accreditation),
    }
}
