//! Devices with accreditations, rooms, and who sits where.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use ed25519_dalek::SigningKey;
use entente_protocol::{Fingerprint, RoomId};
use entente_room::{CharterText, Identity, NewRoom};
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{
    Accreditation, Authority, Charter, CharterAuthority, DeviceSigner, Role, Terms,
};

use crate::clock::now_ms;

const HOUR_MS: u64 = 3_600_000;

/// The suite of rooms as they are by default: post-quantum.
pub(crate) const SUITE: u16 = 0x004f;

/// How many rooms, of how many each, and how many members in all. With more seats than members each
/// member sits in several rooms.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) rooms: usize,
    pub(crate) seats: usize,
    pub(crate) members: usize,
}

impl Layout {
    /// Everybody sits in one room.
    pub(crate) fn apart(rooms: usize, seats: usize) -> Self {
        Self {
            rooms,
            seats,
            members: rooms * seats,
        }
    }

    /// Nobody sits anywhere.
    pub(crate) fn outside(members: usize) -> Self {
        Self {
            rooms: 0,
            seats: 1,
            members,
        }
    }

    fn groups(&self) -> usize {
        self.members / self.seats
    }

    pub(crate) fn rooms_of(&self, member: usize) -> impl Iterator<Item = usize> + use<> {
        (member / self.seats..self.rooms).step_by(self.groups())
    }

    pub(crate) fn members_of(&self, room: usize) -> std::ops::Range<usize> {
        let first = room % self.groups() * self.seats;
        first..first + self.seats
    }
}

/// One authority and its devices.
pub(crate) struct World {
    pub(crate) root: Authority,
    pub(crate) devices: Vec<Arc<Identity>>,
}

impl World {
    pub(crate) fn new(devices: usize) -> Result<Self> {
        let key = SigningKey::from_bytes(&[1; 32]);
        let now_ms = now_ms();
        let request = RootRequest {
            country: "JO".parse().map_err(|_| anyhow!("country"))?,
            name: "Bureau".to_owned(),
            not_before_ms: now_ms - HOUR_MS,
            not_after_ms: now_ms + 48 * HOUR_MS,
        };
        let root = Authority::from_der(&new_root(&key, &request, [1; 16])?)?;
        let devices = (0..devices)
            .map(|number| device(&key, &root, number, now_ms))
            .collect::<Result<_>>()?;
        Ok(Self { root, devices })
    }

    /// What a room is opened with. Its id begins with its number.
    pub(crate) fn new_room(&self, number: usize, founder: usize) -> Result<NewRoom> {
        let mut id = [0x42; 16];
        let (head, _) = id.split_at_mut(8);
        head.copy_from_slice(&(number as u64).to_be_bytes());
        let text = CharterText {
            salt: [9; 32],
            title: "Operation under load".to_owned(),
            playbook: String::new(),
            exercise: false,
        };
        let now_ms = now_ms();
        let charter = Charter {
            terms: Terms::default(),
            room: RoomId::from_bytes(id),
            ciphersuite: SUITE,
            amendment: 0,
            previous: Fingerprint::from_bytes([0; 32]),
            opens_at_ms: now_ms,
            closes_at_ms: now_ms + 4 * HOUR_MS,
            latest_close_ms: now_ms + 12 * HOUR_MS,
            authorities: vec![CharterAuthority {
                root: self.root.fingerprint(),
                country: self.root.country(),
                highest_role: Role::Coordinator,
            }],
            coordinators: vec![self.device(founder)?.device()],
            quorum: 1,
            text_digest: text.digest(),
        };
        Ok(NewRoom { charter, text })
    }

    pub(crate) fn device(&self, number: usize) -> Result<&Arc<Identity>> {
        self.devices
            .get(number)
            .ok_or_else(|| anyhow!("device {number}"))
    }
}

fn device(key: &SigningKey, root: &Authority, number: usize, now_ms: u64) -> Result<Arc<Identity>> {
    let mut seed = [3; 32];
    let (head, _) = seed.split_at_mut(8);
    head.copy_from_slice(&(number as u64).to_be_bytes());
    let signer = DeviceSigner::from_seed(&seed);
    let request = AccreditationRequest {
        device_key: signer.public_key(),
        officer: format!("JO-{number}"),
        callsign: format!("Member {number}"),
        role: Role::Coordinator,
        not_before_ms: now_ms - HOUR_MS,
        not_after_ms: now_ms + 24 * HOUR_MS,
    };
    let mut serial = [0; 16];
    serial.copy_from_slice(seed.first_chunk::<16>().unwrap_or(&[0; 16]));
    let leaf = accredit(key, root, &request, serial)?;
    let accreditation = Accreditation::from_chain(&[leaf, root.der().to_vec()])?;
    Ok(Arc::new(Identity::new(signer, accreditation)?))
}
