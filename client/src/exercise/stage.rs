//! The stage of an exercise: a hub, demo authorities, and devices that are enrolled for real.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entente_protocol::{DeviceId, RoomId};
use entente_trust::{CharterAuthority, Country, Role};

use super::script::{Device, Script};
use super::{ExerciseError, Options};
use crate::authority::{AuthorityDesk, InviteRequest};
use crate::engine::Engine;
use crate::enrol::enrol;
use crate::store::KdfCost;
use crate::{HubUrl, Passphrase, now_ms, random_bytes};

use super::hub_process::HubProcess;

/// How long a device of an exercise waits for its authority.
const ENROL_PATIENCE: Duration = Duration::from_secs(60);

const HOUR_MS: u64 = 3_600_000;

/// Everything that plays.
pub(super) struct Stage {
    pub(super) folder: PathBuf,
    is_temporary: bool,
    hub: Option<HubProcess>,
    pub(super) url: HubUrl,
    pub(super) authorities: BTreeMap<Country, AuthorityDesk>,
    pub(super) engines: BTreeMap<String, Engine>,
    pub(super) passphrase: Passphrase,
    pub(super) room: Option<RoomId>,
}

impl Stage {
    pub(super) async fn build(script: &Script, options: &Options) -> Result<Self, ExerciseError> {
        let token = data_encoding::HEXLOWER.encode(&random_bytes::<8>()?);
        let folder = options
            .keep
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join(format!("entente-{}-{token}", script.id)));
        // A passphrase that nobody knows; with --keep it lies beside the devices it opens.
        let passphrase = data_encoding::HEXLOWER.encode(&random_bytes::<16>()?);
        make_folder(&folder)?;
        if options.keep.is_some() {
            let path = folder.join("passphrase");
            std::fs::write(&path, &passphrase)
                .map_err(|error| ExerciseError::System(path.display().to_string(), error))?;
        }
        let (hub, url) = match &options.hub {
            Some(url) => (None, url.clone()),
            None => {
                let hub = HubProcess::start(&folder.join("hub"), options.listen).await?;
                let url = hub.url.clone();
                (Some(hub), url)
            }
        };
        let mut stage = Self {
            folder,
            is_temporary: options.keep.is_none(),
            hub,
            url,
            authorities: BTreeMap::new(),
            engines: BTreeMap::new(),
            passphrase: Passphrase::new(passphrase),
            room: None,
        };
        for authority in &script.authorities {
            let dir = stage
                .folder
                .join(format!("authority-{}", authority.country));
            let identity = (authority.country, authority.name.as_str());
            let desk = AuthorityDesk::init(
                &dir,
                &stage.passphrase,
                KdfCost::Exercise,
                identity,
                now_ms(),
            )?;
            // The first look makes the authority known to the hub.
            desk.answer_once(&stage.url, now_ms()).await?;
            stage.authorities.insert(authority.country, desk);
        }
        Ok(stage)
    }

    /// Enrols a device through the hub and starts its engine.
    pub(super) async fn enrol(&mut self, device: &Device) -> Result<DeviceId, ExerciseError> {
        let desk = self.desk(device.country)?;
        let ticket = desk.invite(
            InviteRequest {
                officer: device.officer.clone(),
                callsign: device.callsign.clone(),
                role: device.role,
                valid_ms: 30 * 24 * HOUR_MS,
                ticket_valid_ms: HOUR_MS,
            },
            now_ms(),
        )?;
        let dir = self.device_folder(&device.id);
        let lock = (&self.passphrase, KdfCost::Exercise);
        let asking = enrol(&dir, lock, &self.url, &ticket, ENROL_PATIENCE);
        let answering = async {
            loop {
                match desk.answer_once(&self.url, now_ms()).await {
                    Ok(reports) if reports.is_empty() => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    Ok(_) => core::future::pending().await,
                    Err(error) => return error,
                }
            }
        };
        let enrolled = tokio::select! {
            enrolled = asking => enrolled?,
            error = answering => return Err(error.into()),
        };
        // Partners have exchanged their authorities' certificates.
        for desk in self.authorities.values() {
            enrolled.trust(desk.root()).await?;
        }
        let engine = Engine::start(enrolled, None).await?;
        engine.caught_up().await?;
        let id = engine.device();
        self.engines.insert(device.id.clone(), engine);
        Ok(id)
    }

    pub(super) fn desk(&self, country: Country) -> Result<&AuthorityDesk, ExerciseError> {
        self.authorities
            .get(&country)
            .ok_or_else(|| unknown(&country.to_string()))
    }

    pub(super) fn device_folder(&self, id: &str) -> PathBuf {
        self.folder.join(format!("device-{id}"))
    }

    pub(super) fn engine(&self, id: &str) -> Result<&Engine, ExerciseError> {
        self.engines.get(id).ok_or_else(|| unknown(id))
    }

    pub(super) fn room(&self) -> Result<RoomId, ExerciseError> {
        self.room.ok_or_else(|| unknown("room"))
    }

    pub(super) fn charter_authorities(&self) -> Vec<CharterAuthority> {
        let desks = self.authorities.iter();
        desks
            .map(|(country, desk)| CharterAuthority {
                root: desk.root().fingerprint(),
                country: *country,
                highest_role: Role::Coordinator,
            })
            .collect()
    }

    /// Stops the engines and the hub; a temporary folder goes.
    pub(super) async fn strike(self) {
        for engine in self.engines.values() {
            engine.stop().await;
        }
        if let Some(hub) = self.hub {
            hub.stop().await;
        }
        if self.is_temporary {
            // Left behind at worst, sealed under a passphrase that nobody knows.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn make_folder(folder: &Path) -> Result<(), ExerciseError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| ExerciseError::System(folder.display().to_string(), error))
}

pub(super) fn unknown(what: &str) -> ExerciseError {
    ExerciseError::Failed(Box::new(crate::cli::Failure::unknown(what)))
}
