//! Places on earth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ten-millionths of a degree in a degree.
const E7: f64 = 1e7;

/// A place, and how somebody moved there. Whole numbers, so that all members compute alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// Latitude, WGS 84, ten-millionths of a degree.
    pub lat_e7: i32,
    /// Longitude, WGS 84, ten-millionths of a degree.
    pub lon_e7: i32,
    /// Radius in which it is with 95 %, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<u32>,
    /// Course over ground, degrees from true north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course_deg: Option<u16>,
    /// Speed over ground, centimetres a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_cm_s: Option<u32>,
}

impl Position {
    /// From degrees; none if there is no such place.
    #[must_use]
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        if !((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)) {
            return None;
        }
        Some(Self {
            lat_e7: (lat * E7).round() as i32,
            lon_e7: (lon * E7).round() as i32,
            accuracy_m: None,
            course_deg: None,
            speed_cm_s: None,
        })
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(&self) -> f64 {
        f64::from(self.lat_e7) / E7
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon(&self) -> f64 {
        f64::from(self.lon_e7) / E7
    }

    /// Whether there is such a place and such a course.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        self.lat_e7.unsigned_abs() <= 900_000_000
            && self.lon_e7.unsigned_abs() <= 1_800_000_000
            && self.course_deg.is_none_or(|course| course < 360)
    }
}

/// Where somebody is, is plaintext.
impl core::fmt::Debug for Position {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Position(hidden)")
    }
}
