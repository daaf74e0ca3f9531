//! Who said something: the seat's accreditation at that moment.

use entente_protocol::DeviceId;
use entente_trust::{Accreditation, Charter, Country, Role};
use serde::{Deserialize, Serialize};

/// The author of an event, as the room's certificates name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The device.
    pub device: DeviceId,
    /// Call sign.
    pub callsign: String,
    /// Country.
    pub country: Country,
    /// Role in this room.
    pub role: Role,
}

impl Author {
    pub(crate) fn of(accreditation: &Accreditation, charter: &Charter) -> Self {
        Self {
            device: accreditation.device(),
            callsign: accreditation.callsign().to_owned(),
            country: accreditation.country(),
            role: charter.role_of(accreditation),
        }
    }
}
