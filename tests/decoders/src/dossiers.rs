//! Files about a room, of others.

use std::collections::BTreeSet;

/// Dossiers: whatever it is, checking it ends with findings or with a reason.
pub fn dossiers(bytes: &[u8]) {
    if let Ok((findings, dossier)) = entente_dossier::verify(bytes, &BTreeSet::new()) {
        assert_eq!(findings.room, dossier.room);
        let _ = entente_dossier::Story::of(&dossier);
    }
}

/// Indicators of partners.
pub fn stix(bytes: &[u8]) {
    let _ = entente_dossier::import_stix(bytes);
}
