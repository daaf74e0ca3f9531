//! Authorities and devices to test with.

use ed25519_dalek::SigningKey;
use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{
    Accreditation, Authority, Charter, CharterAuthority, DeviceSigner, RevocationList, Role,
    Roster, SignedCharter, SignedRevocationList, Terms,
};
use openmls::group::Member;
use openmls::prelude::LeafNodeIndex;

pub const HOUR: u64 = 3_600_000;
pub const DAY: u64 = 24 * HOUR;
/// 2026-01-01 00:00 UTC.
pub const NOW: u64 = 1_767_225_600_000;

pub struct Country {
    pub key: SigningKey,
    pub authority: Authority,
}

impl Country {
    pub fn new(code: &str, seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let request = RootRequest {
            country: code.parse().unwrap(),
            name: format!("Bureau {code}"),
            not_before_ms: NOW - DAY,
            not_after_ms: NOW + 365 * DAY,
        };
        let der = new_root(&key, &request, [seed; 16]).unwrap();
        Self {
            key,
            authority: Authority::from_der(&der).unwrap(),
        }
    }

    pub fn device(&self, role: Role, seed: u8) -> Device {
        self.device_valid(role, seed, NOW - DAY, NOW + 30 * DAY)
    }

    pub fn device_valid(&self, role: Role, seed: u8, from: u64, to: u64) -> Device {
        self.seeded(role, ([seed; 32], seed.into()), from, to)
    }

    /// One of many.
    pub fn numbered(&self, role: Role, number: u16) -> Device {
        let mut seed = [0xee; 32];
        seed[..2].copy_from_slice(&number.to_be_bytes());
        self.seeded(role, (seed, number), NOW - DAY, NOW + 30 * DAY)
    }

    fn seeded(&self, role: Role, (seed, number): ([u8; 32], u16), from: u64, to: u64) -> Device {
        let signer = DeviceSigner::from_seed(&seed);
        let serial = [&[1], number.to_be_bytes().as_slice(), &seed[..13]].concat();
        let serial = <[u8; 16]>::try_from(serial).unwrap();
        let request = AccreditationRequest {
            device_key: signer.public_key(),
            officer: format!("{}-{number:03}", self.authority.country()),
            callsign: "Falcon".to_owned(),
            role,
            not_before_ms: from,
            not_after_ms: to,
        };
        let leaf = accredit(&self.key, &self.authority, &request, serial).unwrap();
        let accreditation =
            Accreditation::from_chain(&[leaf, self.authority.der().to_vec()]).unwrap();
        Device {
            signer,
            accreditation,
        }
    }
}

pub struct Device {
    pub signer: DeviceSigner,
    pub accreditation: Accreditation,
}

/// A charter over the countries, each up to the role beside it.
pub fn charter(countries: &[(&Country, Role)], coordinators: &[&Device], quorum: u8) -> Charter {
    Charter {
        terms: Terms::default(),
        room: RoomId::from_bytes([7; 16]),
        ciphersuite: 0x004f,
        amendment: 0,
        previous: Fingerprint::from_bytes([0; 32]),
        opens_at_ms: NOW - HOUR,
        closes_at_ms: NOW + 4 * HOUR,
        latest_close_ms: NOW + 24 * HOUR,
        authorities: countries
            .iter()
            .map(|(country, highest_role)| CharterAuthority {
                root: country.authority.fingerprint(),
                country: country.authority.country(),
                highest_role: *highest_role,
            })
            .collect(),
        coordinators: coordinators
            .iter()
            .map(|device| device.accreditation.device())
            .collect(),
        quorum,
        text_digest: Fingerprint::from_bytes([9; 32]),
    }
}

pub fn signed(charter: &Charter, signers: &[&Device]) -> SignedCharter {
    SignedCharter {
        charter: charter.clone(),
        signatures: signers
            .iter()
            .map(|device| charter.sign(&device.signer, &device.accreditation))
            .collect(),
    }
}

/// The devices at the leaves 0, 1, 2 …
pub fn roster(devices: &[&Device]) -> Roster {
    let members = devices.iter().zip(0_u32..).map(|(device, leaf)| {
        Member::new(
            LeafNodeIndex::new(leaf),
            Vec::new(),
            device.accreditation.key().to_vec(),
            device.accreditation.to_credential(),
        )
    });
    Roster::default().refreshed(members).unwrap()
}

/// A country's list of revoked devices.
pub fn revocations(country: &Country, number: u32, devices: &[DeviceId]) -> SignedRevocationList {
    RevocationList {
        version: RevocationList::VERSION,
        authority: country.authority.fingerprint(),
        number,
        issued_at_ms: NOW,
        devices: devices.to_vec(),
    }
    .sign(&country.key, &country.authority)
}
