//! Authorities and devices, made once for all runs: their keys and certificates do not depend on a seed.

use std::sync::{Arc, LazyLock};

use ed25519_dalek::SigningKey;
use entente_protocol::DeviceId;
use entente_room::Identity;
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{Accreditation, Authority, CharterAuthority, DeviceSigner, Role};

const HOUR_MS: u64 = 3_600_000;

/// The hub's address, and the name by which hellos are signed for it.
pub(crate) const HUB: &str = "hub.example:443";

/// When the simulation begins, Unix milliseconds: so long ago that no clock in it comes to be ahead of the
/// machine's, against which openmls checks the lifetime of key packages.
#[allow(clippy::disallowed_methods)]
pub(crate) static EPOCH_MS: LazyLock<u64> = LazyLock::new(|| {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.unwrap().as_millis()).unwrap() - 48 * HOUR_MS
});

/// Countries of the authorities.
const COUNTRIES: [&str; 3] = ["JO", "AE", "CI"];

/// Who takes part: the country's place in the list, and the role that its authority decided on.
pub(crate) const PARTS: [(usize, Role); 6] = [
    (0, Role::Coordinator),
    (1, Role::Liaison),
    (2, Role::Liaison),
    (0, Role::Field),
    (0, Role::Coordinator),
    (1, Role::Field),
];

/// The device to which the desk gives too much, if it is to.
const INFLATED: usize = 3;

/// An authority with its key.
pub(crate) struct Country {
    pub(crate) key: SigningKey,
    pub(crate) authority: Authority,
}

/// All who take part.
pub(crate) struct Cast {
    pub(crate) countries: Vec<Country>,
    pub(crate) identities: Vec<Arc<Identity>>,
}

impl Cast {
    /// The cast of every run.
    pub(crate) fn honest() -> &'static Self {
        static CAST: LazyLock<Cast> = LazyLock::new(|| Cast::new(false));
        &CAST
    }

    /// The one in which the desk signs what was not decided.
    pub(crate) fn inflated() -> &'static Self {
        static CAST: LazyLock<Cast> = LazyLock::new(|| Cast::new(true));
        &CAST
    }

    fn new(is_inflated: bool) -> Self {
        let countries: Vec<Country> = COUNTRIES.iter().zip(1..).map(country).collect();
        let parts = PARTS.iter().enumerate();
        let identities = parts.map(|(place, (country, role))| {
            let is_raised = is_inflated && place == INFLATED;
            let role = if is_raised { Role::Liaison } else { *role };
            Arc::new(device(&countries[*country], place, role))
        });
        let identities = identities.collect();
        Self {
            countries,
            identities,
        }
    }

    /// Which device this is.
    pub(crate) fn place(&self, device: DeviceId) -> Option<usize> {
        self.identities
            .iter()
            .position(|one| one.device() == device)
    }

    /// The authorities as a charter names them.
    pub(crate) fn charter_authorities(&self) -> Vec<CharterAuthority> {
        let all = self.countries.iter().map(|country| CharterAuthority {
            root: country.authority.fingerprint(),
            country: country.authority.country(),
            highest_role: Role::Coordinator,
        });
        all.collect()
    }
}

fn country((code, seed): (&&str, u8)) -> Country {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let request = RootRequest {
        country: code.parse().unwrap(),
        name: format!("Bureau {code}"),
        not_before_ms: *EPOCH_MS - 24 * HOUR_MS,
        not_after_ms: *EPOCH_MS + 365 * 24 * HOUR_MS,
    };
    let der = new_root(&key, &request, [seed; 16]).unwrap();
    let authority = Authority::from_der(&der).unwrap();
    Country { key, authority }
}

fn device(country: &Country, place: usize, role: Role) -> Identity {
    let seed = u8::try_from(place).unwrap() + 40;
    let signer = DeviceSigner::from_seed(&[seed; 32]);
    let request = AccreditationRequest {
        device_key: signer.public_key(),
        officer: format!("{}-{seed:03}", country.authority.country()),
        callsign: format!("Call{seed}"),
        role,
        not_before_ms: *EPOCH_MS - 24 * HOUR_MS,
        not_after_ms: *EPOCH_MS + 30 * 24 * HOUR_MS,
    };
    let leaf = accredit(&country.key, &country.authority, &request, [seed; 16]).unwrap();
    let chain = [leaf, country.authority.der().to_vec()];
    let accreditation = Accreditation::from_chain(&chain).unwrap();
    Identity::new(signer, accreditation).unwrap()
}
