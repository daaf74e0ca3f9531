//! `entente identifier`

use entente_room::{Check, Reading};
use serde_json::json;

use super::place::reading;
use super::{Failure, Output};
use crate::i18n::{t, tr};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(required = true, value_name = "KIND:VALUE", value_parser = reading,
          help = t("help-identifier"))]
    identifiers: Vec<Reading>,
}

/// Brings identifiers to their normal form and looks at their check digits, without any hub.
pub(super) fn run(args: &Args, output: Output) -> Result<(), Failure> {
    for reading in &args.identifiers {
        let identifier = reading.identifier.to_string();
        output.show(
            &json!({ "identifier": identifier, "check": reading.check }),
            || match &reading.check {
                Check::Passed => tr("identifier-passed", &[("identifier", &identifier)]),
                Check::Absent => tr("identifier-absent", &[("identifier", &identifier)]),
                Check::Wrong { expected } => match expected {
                    Some(digit) => tr(
                        "identifier-wrong",
                        &[("identifier", &identifier), ("expected", digit)],
                    ),
                    None => tr("identifier-wrong-sum", &[("identifier", &identifier)]),
                },
            },
        );
    }
    Ok(())
}
