//! A dossier that was read, with what was found wrong on the way.

use std::collections::BTreeMap;

use entente_protocol::{AuditRow, DeviceId, Fingerprint, Place, RoomId};
use entente_room::{Author, CharterText, Event, TargetId};
use entente_trust::{
    Accreditation, Charter, CharterHistory, Compartment, LinkHead, Revocations,
    SignedRevocationList,
};
use tls_codec::VLBytes;

use crate::fault::{Fault, Spot, Wrong};
use crate::format::{
    Contents, EntryPart, InnerPart, PartKind, Recipient, Row, SaidPart, SittingPart, TextPart,
    digest,
};

/// A dossier's content, as far as it could be read. What [`Said::author`] names is proven.
pub struct Dossier {
    /// The room, or the compartment.
    pub room: RoomId,
    /// What it is, of a compartment. Charter and text are the room's then.
    pub compartment: Option<Compartment>,
    /// Of a room: its compartments of which the dossiers are here.
    pub compartments: Vec<Dossier>,
    /// Of a compartment: targets of the room that were named in it, by the place.
    pub(crate) named_above: BTreeMap<u64, Vec<TargetId>>,
    /// When it was made, Unix milliseconds.
    pub made_at_ms: u64,
    /// For whom.
    pub recipient: Option<Recipient>,
    /// The charter and its amendments.
    pub charters: Option<CharterHistory>,
    /// The charter's secret text.
    pub text: Option<CharterText>,
    /// What lies where.
    pub entries: BTreeMap<u64, Entry>,
    /// Files by the places of the events that shared them.
    pub attachments: BTreeMap<u64, Vec<u8>>,
    /// What the hub has noted of the room, by its number in the hub's log.
    pub audit: BTreeMap<u64, AuditRow>,
    pub(crate) chains: BTreeMap<Fingerprint, Accreditation>,
    pub(crate) sittings: BTreeMap<u64, SittingPart>,
    pub(crate) gaps: BTreeMap<u64, u64>,
    pub(crate) revocations: Revocations,
}

/// What lies at a place of the order.
pub struct Entry {
    /// What the hub said of it.
    pub head: LinkHead,
    /// The event, if it is one.
    pub said: Option<Said>,
}

/// An event.
pub struct Said {
    /// Who said it; none if that is not proven.
    pub author: Option<Author>,
    /// What; none if it is withheld or not what was signed.
    pub event: Option<Event>,
    pub(crate) part: SaidPart,
    /// In a compartment: the last place that its author had seen of the room.
    pub(crate) above: Option<Place>,
}

impl Entry {
    /// An event that was proven and is not withheld, with its author.
    #[must_use]
    pub fn proven(&self) -> Option<(&Author, &Event)> {
        let said = self.said.as_ref()?;
        said.author.as_ref().zip(said.event.as_ref())
    }

    pub(crate) fn of(room: RoomId, seq: u64, part: EntryPart, above: Option<Place>) -> Self {
        Self {
            head: LinkHead {
                room,
                seq,
                kind: part.kind,
                sender: part.sender,
                number: part.number,
                epoch: part.epoch,
                time_ms: part.time_ms,
                message: *part.message.as_bytes(),
            },
            said: part.said.map(|part| Said {
                author: None,
                event: None,
                part,
                above,
            }),
        }
    }
}

impl Dossier {
    /// Reads the parts behind a table of contents, and gives what is behind them. Parts whose bytes are not those of
    /// their digests are left out.
    pub(crate) fn of_parts<'a>(
        contents: &Contents,
        parts: &'a [u8],
        is_inner: bool,
        faults: &mut Vec<Fault>,
    ) -> (Self, &'a [u8]) {
        let mut dossier = Self {
            room: contents.room,
            compartment: None,
            compartments: Vec::new(),
            named_above: BTreeMap::new(),
            made_at_ms: contents.made_at_ms,
            recipient: contents.recipient,
            charters: None,
            text: None,
            entries: BTreeMap::new(),
            attachments: BTreeMap::new(),
            audit: BTreeMap::new(),
            chains: BTreeMap::new(),
            sittings: BTreeMap::new(),
            gaps: BTreeMap::new(),
            revocations: Revocations::default(),
        };
        let mut rest = parts;
        for row in &contents.rows {
            let at = Spot::of(row);
            let Some((bytes, after)) = rest.split_at_checked(row.length as usize) else {
                faults.push(Fault {
                    at,
                    wrong: Wrong::CutShort,
                });
                return (dossier, &[]);
            };
            rest = after;
            let wrong = if digest(bytes) != row.digest {
                Some(Wrong::Changed)
            } else if row.kind.fits(is_inner) {
                dossier.take(row, bytes).err()
            } else {
                Some(Wrong::Unreadable)
            };
            faults.extend(wrong.map(|wrong| Fault { at, wrong }));
        }
        (dossier, rest)
    }

    fn take(&mut self, row: &Row, bytes: &[u8]) -> Result<(), Wrong> {
        let seq = row.place;
        match row.kind {
            PartKind::Charter => {
                let charters = CharterHistory::decode(bytes).map_err(|_| Wrong::Unreadable)?;
                charters.check_standing().map_err(|_| Wrong::NotSigned)?;
                if charters.in_force().room != self.room {
                    return Err(Wrong::OtherCharter);
                }
                once(self.charters.replace(charters))
            }
            PartKind::Text => {
                let part: TextPart = read(bytes)?;
                let text = CharterText {
                    salt: part.salt,
                    title: utf8(&part.title)?,
                    playbook: utf8(&part.playbook)?,
                    exercise: part.exercise == 1,
                };
                once(self.text.replace(text))
            }
            PartKind::Chain => {
                let chain: Vec<VLBytes> = read(bytes)?;
                let chain: Vec<&[u8]> = chain.iter().map(VLBytes::as_slice).collect();
                let accreditation =
                    Accreditation::from_chain(&chain).map_err(|_| Wrong::NotSigned)?;
                let fingerprint = accreditation.fingerprint();
                once(self.chains.insert(fingerprint, accreditation))
            }
            PartKind::Revocations => {
                let list = SignedRevocationList::decode(bytes).map_err(|_| Wrong::NotSigned)?;
                let taken = self.revocations.insert(list);
                taken.map(|_| ()).map_err(|_| Wrong::Unreadable)
            }
            PartKind::Sitting => once(self.sittings.insert(seq, read(bytes)?)),
            PartKind::Gap => once(self.gaps.insert(seq, read(bytes)?)),
            PartKind::Entry => {
                let entry = Entry::of(self.room, seq, read(bytes)?, None);
                once(self.entries.insert(seq, entry))
            }
            PartKind::Inner => {
                let part: InnerPart = read(bytes)?;
                let entry = Entry::of(self.room, seq, part.entry, Some(part.above));
                once(self.entries.insert(seq, entry))
            }
            PartKind::Compartment => {
                let compartment = Compartment::decode(bytes).map_err(|_| Wrong::Unreadable)?;
                once(self.compartment.replace(compartment))
            }
            PartKind::Attachment => once(self.attachments.insert(seq, bytes.to_vec())),
            PartKind::Audit => {
                let noted: AuditRow = read(bytes)?;
                if noted.id != seq {
                    return Err(Wrong::Unreadable);
                }
                once(self.audit.insert(seq, noted))
            }
        }
    }

    /// The charter of a fingerprint, if it is in the history.
    pub(crate) fn charter(&self, fingerprint: Fingerprint) -> Option<&Charter> {
        let mut all = self.charters.iter().flat_map(CharterHistory::all);
        all.find(|charter| charter.fingerprint() == fingerprint)
    }

    /// Everything that was proven and is not withheld, in order: place, the hub's time, author, event.
    pub fn record(&self) -> impl Iterator<Item = (u64, u64, &Author, &Event)> {
        self.entries.values().filter_map(|entry| {
            let (author, event) = entry.proven()?;
            Some((entry.head.seq, entry.head.time_ms, author, event))
        })
    }

    /// A device's name, if a certificate of it is here.
    #[must_use]
    pub fn accreditation(&self, device: DeviceId) -> Option<&Accreditation> {
        self.chains.values().find(|it| it.device() == device)
    }
}

fn read<T: tls_codec::DeserializeBytes>(bytes: &[u8]) -> Result<T, Wrong> {
    T::tls_deserialize_exact_bytes(bytes).map_err(|_| Wrong::Unreadable)
}

fn utf8(bytes: &VLBytes) -> Result<String, Wrong> {
    String::from_utf8(bytes.as_slice().to_vec()).map_err(|_| Wrong::Unreadable)
}

/// What may be there once only.
fn once<T>(before: Option<T>) -> Result<(), Wrong> {
    match before {
        None => Ok(()),
        Some(_) => Err(Wrong::Unreadable),
    }
}

impl core::fmt::Debug for Dossier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Dossier({}, hidden)", self.room)
    }
}
