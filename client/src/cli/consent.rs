//! What a charter may agree to, by the names of the command line.

use clap::ValueEnum;
use entente_trust::Consents;

/// Something that needs every member's consent, given for them by the quorum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Consent {
    /// An agent between the room and a TAK server.
    Tak,
}

impl Consent {
    fn bits(self) -> Consents {
        match self {
            Self::Tak => Consents::TAK,
        }
    }
}

/// All of these.
pub(super) fn consents(named: &[Consent]) -> Consents {
    let bits = named.iter().map(|one| one.bits());
    bits.fold(Consents::NONE, Consents::with)
}

/// The names of what is agreed to.
pub(super) fn names(agreed: Consents) -> Vec<String> {
    let known = Consent::value_variants().iter();
    known
        .filter(|one| agreed.includes(one.bits()))
        .filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()))
        .collect()
}
