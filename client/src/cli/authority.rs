//! `entente authority`

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use entente_trust::{Country, Role};
use serde_json::json;

use super::common::{duration, milliseconds, passphrase};
use super::{Failure, Output};
use crate::authority::{AuthorityDesk, DeskOutcome, DeskReport, InviteRequest, RestingDesk};
use crate::i18n::{t, tr};
use crate::store::KdfCost;
use crate::{HubUrl, now_ms};

/// How often the desk looks for requests.
const DESK_INTERVAL: Duration = Duration::from_secs(2);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = t("help-authority-init"), after_help = t("example-authority-init"))]
    Init(Init),
    #[command(about = t("help-authority-invite"), after_help = t("example-authority-invite"))]
    Invite(Invite),
    #[command(about = t("help-authority-desk"), after_help = t("example-authority-desk"))]
    Desk(Desk),
    #[command(about = t("help-authority-revoke"), after_help = t("example-authority-revoke"))]
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    #[arg(long, value_name = "DIR", help = t("help-authority-dir"))]
    dir: PathBuf,
    #[arg(long, value_name = "URL", help = t("help-hub"))]
    hub: HubUrl,
    #[arg(required = true, value_name = "DEVICE", help = t("help-revoked-devices"))]
    devices: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    #[arg(long, value_name = "CC", help = t("help-country"))]
    country: Country,
    #[arg(long, value_name = "NAME", help = t("help-authority-name"))]
    name: String,
    #[arg(long, value_name = "DIR", help = t("help-authority-dir"))]
    dir: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Invite {
    #[arg(long, value_name = "DIR", help = t("help-authority-dir"))]
    dir: PathBuf,
    #[arg(long, value_name = "ID", help = t("help-officer"))]
    officer: String,
    #[arg(long, value_name = "NAME", help = t("help-callsign"))]
    callsign: String,
    #[arg(long, value_name = "ROLE", help = t("help-role"))]
    role: Role,
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = duration,
          help = t("help-valid"))]
    valid: Duration,
    #[arg(long, value_name = "TIME", default_value = "2d", value_parser = duration,
          help = t("help-ticket-valid"))]
    ticket_valid: Duration,
}

#[derive(Debug, clap::Args)]
pub(super) struct Desk {
    #[arg(long, value_name = "DIR", help = t("help-authority-dir"))]
    dir: PathBuf,
    #[arg(long, value_name = "URL", help = t("help-hub"))]
    hub: HubUrl,
    #[arg(long, help = t("help-once"))]
    once: bool,
}

pub(super) async fn run(command: Command, output: &Output) -> Result<(), Failure> {
    match command {
        Command::Init(args) => init(&args, *output),
        Command::Invite(args) => invite(args, *output),
        Command::Desk(args) => desk(&args, *output).await,
        Command::Revoke(args) => revoke(&args, *output).await,
    }
}

fn init(args: &Init, output: Output) -> Result<(), Failure> {
    let passphrase = passphrase(true)?;
    let identity = (args.country, args.name.as_str());
    let desk = AuthorityDesk::init(
        &args.dir,
        &passphrase,
        KdfCost::Standard,
        identity,
        now_ms(),
    )?;
    let certificate = desk.certificate_path().display().to_string();
    let fingerprint = desk.root().fingerprint();
    output.show(
        &json!({ "fingerprint": fingerprint, "certificate": certificate }),
        || {
            tr(
                "authority-made",
                &[
                    ("fingerprint", &fingerprint.to_string()),
                    ("path", &certificate),
                ],
            )
        },
    );
    Ok(())
}

fn invite(args: Invite, output: Output) -> Result<(), Failure> {
    let desk = AuthorityDesk::open(&args.dir, &passphrase(false)?)?;
    let request = InviteRequest {
        officer: args.officer,
        callsign: args.callsign,
        role: args.role,
        valid_ms: milliseconds(args.valid),
        ticket_valid_ms: milliseconds(args.ticket_valid),
    };
    let ticket = desk.invite(request, now_ms())?.reveal();
    output.show(&json!({ "ticket": ticket }), || ticket.clone());
    Ok(())
}

async fn desk(args: &Desk, output: Output) -> Result<(), Failure> {
    let mut desk = AuthorityDesk::open(&args.dir, &passphrase(false)?)?;
    output.say(&t("desk-open"));
    loop {
        let answered = match desk.answer_once(&args.hub, now_ms()).await {
            Ok(reports) => desk.publish_revocations(&args.hub).await.map(|()| reports),
            Err(error) => Err(error),
        };
        match answered {
            Ok(reports) => reports.iter().for_each(|report| show(report, output)),
            Err(error) if args.once => return Err(error.into()),
            Err(error) => output.say(&Failure::from(error).message),
        }
        if args.once {
            return Ok(());
        }
        match pause(desk.rest(), output).await {
            Some(awake) => desk = awake,
            None => return Ok(()),
        }
    }
}

async fn revoke(args: &Revoke, output: Output) -> Result<(), Failure> {
    let desk = AuthorityDesk::open(&args.dir, &passphrase(false)?)?;
    let mut devices = Vec::new();
    for name in &args.devices {
        devices.extend(desk.devices_called(name)?);
    }
    let list = desk.revoke(&devices, now_ms())?;
    // Signed and kept whatever the hub says; an open desk hands it in again.
    desk.publish_revocations(&args.hub).await?;
    let number = list.list.number;
    output.show(&json!({ "number": number, "revoked": devices }), || {
        tr(
            "authority-revoked",
            &[
                ("count", &devices.len().to_string()),
                ("number", &number.to_string()),
            ],
        )
    });
    Ok(())
}

/// Until the next look at the hub, invitations can be made; none if the desk shall end.
async fn pause(resting: RestingDesk, output: Output) -> Option<AuthorityDesk> {
    loop {
        tokio::select! {
            () = tokio::time::sleep(DESK_INTERVAL) => {}
            _ = tokio::signal::ctrl_c() => return None,
        }
        match resting.wake() {
            Ok(desk) => return Some(desk),
            Err(error) => output.say(&Failure::from(error).message),
        }
    }
}

fn show(report: &DeskReport, output: Output) {
    output.show(report, || match &report.outcome {
        DeskOutcome::Accredited {
            officer,
            callsign,
            device,
        } => tr(
            "desk-accredited",
            &[
                ("officer", officer),
                ("callsign", callsign),
                ("device", &device.to_string()),
            ],
        ),
        DeskOutcome::UnknownTicket => t("desk-unknown-ticket"),
        DeskOutcome::Used => t("desk-used"),
        DeskOutcome::Refused { reason } => tr("desk-refused", &[("reason", reason)]),
    });
}
