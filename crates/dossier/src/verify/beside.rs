//! What is beside the events: the charter, gaps in the order, files, and who was revoked.

use std::collections::BTreeSet;

use entente_protocol::Fingerprint;
use entente_room::Event;

use super::Check;
use crate::fault::{Fault, Spot, Wrong};
use crate::findings::{AuthorityFound, Remark};
use crate::format::digest;
use crate::opened::Dossier;

impl Check<'_> {
    /// The charter and its text, and whose authorities it names.
    pub(super) fn charters(&mut self, dossier: &Dossier, pinned: &BTreeSet<Fingerprint>) {
        let Some(charters) = &dossier.charters else {
            // That its part was changed is said already.
            if !self.faults.iter().any(|fault| fault.at == Spot::Charter) {
                self.fault(Spot::Charter, Wrong::Missing { to: 0 });
            }
            return;
        };
        if let Some(text) = &dossier.text
            && text.digest() != charters.in_force().text_digest
        {
            self.fault(Spot::Text, Wrong::OtherDigest);
        }
        let named = charters.all().flat_map(|charter| &charter.authorities);
        let named: BTreeSet<_> = named.map(|it| (it.country, it.root)).collect();
        for (country, root) in named {
            let is_pinned = pinned.contains(&root);
            self.authorities.push(AuthorityFound {
                country,
                root,
                is_pinned,
            });
            if !is_pinned {
                self.remarks.push(Remark::Unpinned { country, root });
            }
        }
    }

    /// Places that are neither here nor told to be missing.
    pub(super) fn missing(&mut self, dossier: &Dossier) {
        let Some((first, _)) = dossier.entries.first_key_value() else {
            return;
        };
        // What was left out because its bytes were changed is said already.
        let told = |seq: u64, faults: &[Fault]| {
            let mut faults = faults.iter();
            faults.any(|fault| fault.at == Spot::Entry { seq })
        };
        if *first > 1 && !told(*first - 1, &self.faults) {
            self.remarks.push(Remark::Begins { seq: *first });
        }
        for (from, to) in &dossier.gaps {
            self.remarks.push(Remark::Gap {
                from: *from,
                to: *to,
            });
        }
        let mut next = *first;
        let mut holes = Vec::new();
        for seq in dossier.entries.keys() {
            while next < *seq {
                let gap = dossier.gaps.range(..=next).next_back();
                match gap.filter(|(_, to)| **to >= next) {
                    Some((_, to)) => next = to.saturating_add(1),
                    None if told(next, &self.faults) => next += 1,
                    None => {
                        holes.push((next, *seq - 1));
                        next = *seq;
                    }
                }
            }
            next = seq.saturating_add(1);
        }
        for (seq, to) in holes {
            self.fault(Spot::Entry { seq }, Wrong::Missing { to });
        }
    }

    /// Files are those that were shared.
    pub(super) fn attachments(&mut self, dossier: &mut Dossier) {
        let mut wrong = Vec::new();
        for (seq, bytes) in &dossier.attachments {
            let entry = dossier.entries.get(seq);
            let shared = entry.and_then(|entry| match entry.proven()? {
                (_, Event::Document(shared)) => Some(shared.digest),
                _ => None,
            });
            if shared == Some(digest(bytes)) {
                self.counts.attachments += 1;
            } else {
                wrong.push(*seq);
            }
        }
        for seq in wrong {
            dossier.attachments.remove(&seq);
            self.fault(Spot::Attachment { seq }, Wrong::OtherDigest);
        }
    }

    pub(super) fn revoked(&mut self, dossier: &Dossier) {
        let all = dossier.chains.values();
        let revoked = all.filter(|it| dossier.revocations.revokes(it));
        let remarks = revoked.map(|it| Remark::Revoked {
            device: it.device(),
        });
        self.remarks.extend(remarks);
    }
}
