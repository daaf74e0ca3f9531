//! `entente device`

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use entente_trust::{Accreditation, Authority, Ticket};
use serde_json::json;

use super::common::{duration, duress_passphrase, passphrase, read};
use super::{Failure, Output};
use crate::HubUrl;
use crate::engine::Engine;
use crate::enrol::{enrol, open_device};
use crate::i18n::{t, time, tr};
use crate::store::{KdfCost, SealedStore, StoreError, wipe};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-device-enrol"), after_help = t("example-device-enrol"))]
    Enrol(Enrol),
    #[command(about = t("help-device-trust"), after_help = t("example-device-trust"))]
    Trust(Trust),
    #[command(about = t("help-device-duress"), after_help = t("example-device-duress"))]
    Duress(Show),
    #[command(about = t("help-device-wipe"), after_help = t("example-device-wipe"))]
    Wipe(Wipe),
    #[command(about = t("help-device-show"), after_help = t("example-device-show"))]
    Show(Show),
}

/// How long a new device tries to publish its key packages.
const PUBLISH_WAIT: Duration = Duration::from_secs(15);

#[derive(Debug, clap::Args)]
pub(super) struct Enrol {
    #[arg(long, value_name = "URL", help = t("help-hub"))]
    hub: HubUrl,
    #[arg(long, env = "ENTENTE_TICKET", hide_env_values = true, value_name = "TICKET",
          help = t("help-ticket"))]
    ticket: String,
    #[arg(long, env = "ENTENTE_DIR", value_name = "DIR", help = t("help-dir"))]
    dir: PathBuf,
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration,
          help = t("help-wait-desk"))]
    wait: Duration,
}

#[derive(Debug, clap::Args)]
pub(super) struct Trust {
    #[arg(long, env = "ENTENTE_DIR", value_name = "DIR", help = t("help-dir"))]
    dir: PathBuf,
    #[arg(value_name = "FILE", help = t("help-trusted-files"))]
    certificates: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Wipe {
    #[arg(long, env = "ENTENTE_DIR", value_name = "DIR", help = t("help-dir"))]
    dir: PathBuf,
    #[arg(long, help = t("help-yes"))]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[arg(long, env = "ENTENTE_DIR", value_name = "DIR", help = t("help-dir"))]
    dir: PathBuf,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Enrol(args) => enrol_device(args, *output).await,
        Command::Trust(args) => trust(&args, *output).await,
        Command::Duress(args) => {
            let store = SealedStore::open(&args.dir, &passphrase(false)?)?;
            store.set_duress(&duress_passphrase()?)?;
            output.show(&json!({ "duress": true }), || t("device-duress-set"));
            Ok(())
        }
        Command::Wipe(args) => wipe_device(&args, *output),
        Command::Show(args) => {
            let device = open_device(&args.dir, &passphrase(false)?).await?;
            show(device.identity.accreditation(), &device.hub, *output);
            Ok(())
        }
    }
}

async fn enrol_device(args: Enrol, output: Output) -> Result<(), Failure> {
    let mut text = args.ticket;
    if text == "-" {
        text.clear();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::system(&error))?;
    }
    let ticket: Ticket = text.parse().map_err(|error| Failure::usage(&error))?;
    let passphrase = passphrase(!SealedStore::exists(&args.dir))?;
    output.say(&t("enrol-waiting"));
    let lock = (&passphrase, KdfCost::Standard);
    let device = enrol(&args.dir, lock, &args.hub, &ticket, args.wait).await?;
    let accreditation = device.identity.accreditation().clone();
    show(&accreditation, &device.hub, output);
    // Its key packages go to the hub, so that it can be admitted while it is off.
    let engine = Engine::start(device, None).await?;
    let published = tokio::time::timeout(PUBLISH_WAIT, engine.caught_up()).await;
    engine.stop().await;
    if !matches!(published, Ok(Ok(()))) {
        output.say(&t("enrol-unpublished"));
    }
    Ok(())
}

/// Asks once, unless told not to: there is no way back, and no time either.
fn wipe_device(args: &Wipe, output: Output) -> Result<(), Failure> {
    if !SealedStore::exists(&args.dir) {
        return Err(StoreError::Missing(args.dir.clone()).into());
    }
    if !args.yes {
        use std::io::Write as _;
        let question = tr("wipe-sure", &[("dir", &args.dir.display().to_string())]);
        let _ = write!(std::io::stderr(), "{question} ");
        let mut answer = String::new();
        std::io::stdin()
            .read_line(&mut answer)
            .map_err(|error| Failure::system(&error))?;
        if answer.trim() != t("wipe-yes") {
            return Err(Failure::usage(&t("wipe-not")));
        }
    }
    wipe(&args.dir)?;
    output.show(&json!({ "wiped": true }), || t("device-wiped"));
    Ok(())
}

/// Trusts partners' authorities, then lists all that are trusted.
async fn trust(args: &Trust, output: Output) -> Result<(), Failure> {
    let mut authorities = Vec::new();
    for path in &args.certificates {
        let authority = Authority::from_pem(&read(path)?)
            .map_err(|error| Failure::usage(&format!("{}: {error}", path.display())))?;
        authorities.push(authority);
    }
    let device = open_device(&args.dir, &passphrase(false)?).await?;
    for authority in &authorities {
        device.trust(authority).await?;
    }
    for authority in device.trusted().await? {
        let (country, fingerprint) = (authority.country(), authority.fingerprint());
        let value = json!({
            "country": country,
            "name": authority.name(),
            "authority": fingerprint,
        });
        output.show(&value, || {
            tr(
                "trusted-line",
                &[
                    ("country", &country.to_string()),
                    ("name", authority.name()),
                    ("authority", &fingerprint.to_string()),
                ],
            )
        });
    }
    Ok(())
}

fn show(accreditation: &Accreditation, hub: &HubUrl, output: Output) {
    let value = json!({
        "device": accreditation.device(),
        "officer": accreditation.officer(),
        "callsign": accreditation.callsign(),
        "country": accreditation.country(),
        "role": accreditation.role(),
        "authority": accreditation.root(),
        "authority_name": accreditation.authority().name(),
        "not_before_ms": accreditation.not_before_ms(),
        "not_after_ms": accreditation.not_after_ms(),
        "hub": hub.to_string(),
    });
    output.show(&value, || {
        tr(
            "device-line",
            &[
                ("callsign", accreditation.callsign()),
                ("officer", accreditation.officer()),
                ("country", &accreditation.country().to_string()),
                ("role", &t(&format!("role-{}", accreditation.role()))),
                ("device", &accreditation.device().to_string()),
                ("authority", accreditation.authority().name()),
                ("until", &time(accreditation.not_after_ms())),
                ("hub", &hub.to_string()),
            ],
        )
    });
}
