//! What can be learned from dossiers.

use entente_room::Analysis;

use crate::{Dossier, Story};

/// Of one dossier or several that one person may read, each up to the last message in it.
#[must_use]
pub fn analyse<'a>(dossiers: impl Iterator<Item = (&'a Dossier, &'a Story)>) -> Analysis {
    Analysis::of(dossiers.map(|(dossier, story)| {
        let last = dossier.entries.last_key_value();
        let until_ms = last.map_or(dossier.made_at_ms, |(_, entry)| entry.head.time_ms);
        (dossier.room, &story.board, until_ms)
    }))
}
