//! What several commands need: the passphrase, the device, the room, the hub in time.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entente_protocol::{DeviceId, RoomId};
use entente_room::Handling;

use super::Failure;
use crate::engine::Engine;
use crate::enrol::open_device;
use crate::i18n::t;
use crate::{HubUrl, Passphrase};

/// How long a command waits for the hub unless told otherwise.
const DEFAULT_WAIT: &str = "15s";

/// A device's directory and how to reach its hub.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DeviceArgs {
    #[arg(long, env = "ENTENTE_DIR", value_name = "DIR", help = t("help-dir"))]
    pub(super) dir: PathBuf,
    #[arg(long, value_name = "URL", help = t("help-hub-other"))]
    pub(super) hub: Option<HubUrl>,
    #[arg(long, value_name = "TIME", default_value = DEFAULT_WAIT, value_parser = duration,
          help = t("help-wait"))]
    pub(super) wait: Duration,
}

/// A device and one of its rooms.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct RoomArgs {
    #[command(flatten)]
    pub(super) device: DeviceArgs,
    #[arg(long, visible_alias = "compartment", value_name = "ID", help = t("help-room-id"))]
    pub(super) room: Option<RoomId>,
}

pub(super) fn duration(text: &str) -> Result<Duration, humantime::DurationError> {
    humantime::parse_duration(text)
}

pub(super) fn handling(text: &str) -> Result<Handling, String> {
    let code = Handling::from_name(&text.to_ascii_uppercase());
    code.ok_or_else(|| "H0, H1, H2, H3".to_owned())
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// From `ENTENTE_PASSPHRASE`, or asked for at the terminal.
pub(super) fn passphrase(is_new: bool) -> Result<Passphrase, Failure> {
    if let Ok(text) = std::env::var("ENTENTE_PASSPHRASE") {
        return Ok(Passphrase::new(text));
    }
    let ask = |key| {
        rpassword::prompt_password(format!("{} ", t(key)))
            .map(Passphrase::new)
            .map_err(|_| Failure::usage(&t("fail-no-passphrase")))
    };
    let first = ask("prompt-passphrase")?;
    if is_new && ask("prompt-passphrase-again")?.as_bytes() != first.as_bytes() {
        return Err(Failure::usage(&t("fail-passphrases-differ")));
    }
    Ok(first)
}

/// From `ENTENTE_DURESS_PASSPHRASE`, or asked for twice at the terminal.
pub(super) fn duress_passphrase() -> Result<Passphrase, Failure> {
    if let Ok(text) = std::env::var("ENTENTE_DURESS_PASSPHRASE") {
        return Ok(Passphrase::new(text));
    }
    let ask = |key| {
        rpassword::prompt_password(format!("{} ", t(key)))
            .map(Passphrase::new)
            .map_err(|_| Failure::usage(&t("fail-no-passphrase")))
    };
    let first = ask("prompt-duress")?;
    if ask("prompt-passphrase-again")?.as_bytes() != first.as_bytes() {
        return Err(Failure::usage(&t("fail-passphrases-differ")));
    }
    Ok(first)
}

/// Starts the engine of the device.
pub(super) async fn start(args: &DeviceArgs) -> Result<Engine, Failure> {
    let device = open_device(&args.dir, &passphrase(false)?).await?;
    Ok(Engine::start(device, args.hub.clone()).await?)
}

/// Starts the engine and waits until its rooms are up to date.
pub(super) async fn start_caught_up(args: &DeviceArgs) -> Result<Engine, Failure> {
    let engine = start(args).await?;
    match tokio::time::timeout(args.wait, engine.caught_up()).await {
        Ok(result) => result?,
        Err(_) => {
            engine.stop().await;
            return Err(Failure::unreachable());
        }
    }
    Ok(engine)
}

/// The room that was named, or the only one that has not ended.
pub(super) async fn pick_room(engine: &Engine, named: Option<RoomId>) -> Result<RoomId, Failure> {
    let room = find_room(engine, named).await?;
    if engine.view(room, is_exercise).await? {
        mark_exercise();
    }
    Ok(room)
}

/// Whether a room is an exercise.
pub(super) fn is_exercise(session: &entente_room::Session) -> bool {
    session.text().is_some_and(|text| text.exercise)
}

/// Beside the result, whatever that is: nobody must take an exercise for the real thing.
pub(super) fn mark_exercise() {
    let _ = writeln!(std::io::stderr(), "{}", t("exercise-mark"));
}

async fn find_room(engine: &Engine, named: Option<RoomId>) -> Result<RoomId, Failure> {
    if let Some(room) = named {
        engine.view(room, |_| ()).await?;
        return Ok(room);
    }
    let open = engine
        .rooms(|session| {
            // A compartment is never meant unless it is named.
            let is_meant = session.ended().is_none() && session.compartment().is_none();
            is_meant.then(|| session.room())
        })
        .await?;
    let open: Vec<RoomId> = open.into_iter().flatten().collect();
    match open.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::unknown(&t("what-open-room"))),
        _ => Err(Failure::usage(&t("fail-several-rooms"))),
    }
}

/// A seated device by its id or call sign.
pub(super) async fn seated(
    engine: &Engine,
    room: RoomId,
    wanted: &str,
) -> Result<DeviceId, Failure> {
    let text = wanted.to_owned();
    let id = text.parse::<DeviceId>().ok();
    let found = engine
        .view(room, move |session| {
            session
                .roster()
                .seats()
                .filter(|(device, seat)| {
                    id == Some(*device) || seat.accreditation.callsign() == text
                })
                .map(|(device, _)| device)
                .collect::<Vec<_>>()
        })
        .await?;
    one(&found, wanted)
}

/// A device that the hub knows, by its id or call sign.
pub(super) async fn known(engine: &Engine, wanted: &str) -> Result<DeviceId, Failure> {
    if let Ok(device) = wanted.parse() {
        return Ok(device);
    }
    let found: Vec<DeviceId> = engine
        .directory(None)
        .await?
        .iter()
        .filter(|accreditation| accreditation.callsign() == wanted)
        .map(entente_trust::Accreditation::device)
        .collect();
    one(&found, wanted)
}

fn one(found: &[DeviceId], wanted: &str) -> Result<DeviceId, Failure> {
    match found {
        [only] => Ok(*only),
        [] => Err(Failure::unknown(wanted)),
        _ => Err(Failure::usage(&crate::i18n::tr(
            "fail-ambiguous",
            &[("what", wanted)],
        ))),
    }
}

/// Reads a text file that was named on the command line.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(&format!("{}: {error}", path.display())))
}

/// Waits for a delivery; what is not delivered in time waits in the outbox.
pub(super) async fn delivered(
    engine: &Engine,
    wait: Duration,
    (room, event): (RoomId, entente_room::Event),
) -> Result<u64, Failure> {
    let answer = engine.queue(room, event).await?;
    match tokio::time::timeout(wait, answer).await {
        Ok(Ok(result)) => Ok(result?),
        Ok(Err(_)) => Err(crate::engine::EngineError::Stopped.into()),
        Err(_) => Err(Failure::queued()),
    }
}
