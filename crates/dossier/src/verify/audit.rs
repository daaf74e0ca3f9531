//! The part of the hub's audit log: that its rows are what their digests say, and that they and the record tell the
//! same.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{AuditRow, DeviceId, Fingerprint, MessageKind};
use entente_trust::chain;
use sha2::{Digest as _, Sha256};

use crate::fault::{Fault, Spot, Wrong};
use crate::findings::{Audited, Remark};
use crate::opened::Dossier;

/// What rows say of places.
enum Said {
    /// Somebody brought something to a place.
    Brought {
        seq: u64,
        kind: MessageKind,
        by: DeviceId,
        epoch: Option<u64>,
    },
    /// By the commit at a place a device got a seat, or lost it.
    Sits {
        seq: u64,
        device: DeviceId,
        is_seated: bool,
    },
    /// Messages have this digest.
    Messages {
        from: u64,
        to: u64,
        digest: Fingerprint,
    },
    /// Nothing that the record could confirm.
    Other,
}

pub(super) fn check(
    dossier: &Dossier,
    faults: &mut Vec<Fault>,
    remarks: &mut Vec<Remark>,
) -> Option<Audited> {
    if dossier.audit.is_empty() {
        remarks.push(Remark::NoAudit);
        return None;
    }
    let mut audited = Audited::default();
    let mut check = Check {
        dossier,
        seats: seats(dossier),
        commits: BTreeSet::new(),
        faults,
    };
    let mut before: Option<&AuditRow> = None;
    for row in dossier.audit.values() {
        audited.rows += 1;
        check.chain(before, row);
        before = Some(row);
        match check.said(row) {
            Some(true) => audited.confirmed += 1,
            Some(false) => {}
            None => audited.hub_alone += 1,
        }
        if let Some(Said::Messages { to, .. }) = parse(row) {
            audited.to = audited.to.max(to);
        }
    }
    check.unlogged();
    if audited.hub_alone > 0 {
        remarks.push(Remark::HubAlone {
            rows: audited.hub_alone,
        });
    }
    Some(audited)
}

struct Check<'a> {
    dossier: &'a Dossier,
    /// Who sits since each place.
    seats: BTreeMap<u64, BTreeSet<DeviceId>>,
    /// Places at which the log has a commit.
    commits: BTreeSet<u64>,
    faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, row: &AuditRow, wrong: Wrong) {
        let at = Spot::Audit { id: row.id };
        self.faults.push(Fault { at, wrong });
    }

    /// Each row is what its digest says; where two follow on each other, so do their digests.
    fn chain(&mut self, before: Option<&AuditRow>, row: &AuditRow) {
        let follows = before.is_none_or(|before| {
            before.id.checked_add(1) != Some(row.id) || before.digest == row.before
        });
        if digest_of(row) != row.digest || !follows {
            self.fault(row, Wrong::BrokenChain);
        }
        let room = format!("room={}", self.dossier.room);
        let is_ours = text(row).is_some_and(|text| text.split(' ').any(|word| word == room));
        if !is_ours {
            self.fault(row, Wrong::OtherRecord);
        }
    }

    /// Whether the record says the same; none if it says nothing of it.
    fn said(&mut self, row: &AuditRow) -> Option<bool> {
        let agrees = match parse(row)? {
            Said::Brought {
                seq,
                kind,
                by,
                epoch,
            } => {
                if kind == MessageKind::Commit {
                    self.commits.insert(seq);
                }
                let head = self.dossier.entries.get(&seq)?.head;
                head.kind == kind as u8
                    && head.sender == by
                    && epoch.is_none_or(|epoch| epoch == head.epoch)
            }
            Said::Sits {
                seq,
                device,
                is_seated,
            } => self.seats.get(&seq)?.contains(&device) == is_seated,
            Said::Messages { from, to, digest } => self.messages(from, to)? == digest,
            Said::Other => return None,
        };
        if !agrees {
            self.fault(row, Wrong::OtherRecord);
        }
        Some(agrees)
    }

    /// The digest of what lies from one place to another, if all of it is here.
    fn messages(&self, from: u64, to: u64) -> Option<Fingerprint> {
        let mut next = from;
        let mut digest = [0; 32];
        for (seq, entry) in self.dossier.entries.range(from..=to) {
            if *seq != next {
                return None;
            }
            digest = chain(digest, entry.head.link());
            next = seq.checked_add(1)?;
        }
        (next.checked_sub(1) == Some(to)).then(|| Fingerprint::from_bytes(digest))
    }

    /// Commits that the hub has delivered and not noted, up to the last that it has.
    fn unlogged(&mut self) {
        let last = self.commits.last().copied().unwrap_or_default();
        let delivered = self.dossier.entries.range(..=last);
        let missing = delivered
            .filter(|(_, entry)| entry.head.kind == MessageKind::Commit as u8)
            .filter(|(seq, _)| !self.commits.contains(seq))
            .map(|(seq, _)| Fault {
                at: Spot::Entry { seq: *seq },
                wrong: Wrong::NotLogged,
            });
        self.faults.extend(missing);
    }
}

/// Who sits since each place, as the sittings say.
fn seats(dossier: &Dossier) -> BTreeMap<u64, BTreeSet<DeviceId>> {
    let mut certificates: BTreeMap<u32, Fingerprint> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (seq, step) in &dossier.sittings {
        if step.is_whole == 1 {
            certificates.clear();
        }
        for leaf in &step.removed {
            certificates.remove(leaf);
        }
        let added = step.added.iter();
        certificates.extend(added.map(|seat| (seat.leaf, seat.certificate)));
        let seated = certificates.values();
        let devices = seated.filter_map(|it| dossier.chains.get(it).map(|it| it.device()));
        all.insert(*seq, devices.collect());
    }
    all
}

/// As the hub computes it.
fn digest_of(row: &AuditRow) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(b"Entente 1.0 Audit");
    hash.update(row.before.as_bytes());
    hash.update(row.time_ms.to_be_bytes());
    hash.update(row.entry.as_slice());
    Fingerprint::from_bytes(hash.finalize().into())
}

fn text(row: &AuditRow) -> Option<&str> {
    core::str::from_utf8(row.entry.as_slice()).ok()
}

/// What a row says; none if it can't be read, which is nothing that anybody confirms.
fn parse(row: &AuditRow) -> Option<Said> {
    let text = text(row)?;
    let (what, rest) = text.split_once(' ')?;
    let field = |name: &str| {
        let mut words = rest.split(' ').filter_map(|word| word.split_once('='));
        words.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let number = |name| field(name)?.parse::<u64>().ok();
    Some(match what {
        "room_opened" => Said::Brought {
            seq: 1,
            kind: MessageKind::Opening,
            by: field("by")?.parse().ok()?,
            epoch: None,
        },
        "commit" => Said::Brought {
            seq: number("seq")?,
            kind: MessageKind::Commit,
            by: field("by")?.parse().ok()?,
            epoch: Some(number("epoch")?),
        },
        "seat_added" | "seat_removed" => Said::Sits {
            seq: number("seq")?,
            device: field("device")?.parse().ok()?,
            is_seated: what == "seat_added",
        },
        "messages_digest" => Said::Messages {
            from: number("from")?,
            to: number("to")?,
            digest: field("digest")?.parse().ok()?,
        },
        _ => Said::Other,
    })
}
