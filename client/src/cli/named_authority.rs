//! An authority as it is named on the command line: country, highest role, certificate.

use std::path::PathBuf;
use std::str::FromStr;

use entente_trust::{Authority, CharterAuthority, Country, CountryError, Role, RoleError};

use super::Failure;
use super::common::read;

/// `CC=FILE`, or `CC:ROLE=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedAuthority {
    country: Country,
    highest_role: Role,
    certificate: PathBuf,
}

impl FromStr for NamedAuthority {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (who, path) = text
            .split_once('=')
            .ok_or_else(|| "CC[:ROLE]=FILE".to_owned())?;
        let (country, role) = match who.split_once(':') {
            Some((country, role)) => (country, Some(role)),
            None => (who, None),
        };
        let country = country
            .parse()
            .map_err(|error: CountryError| error.to_string())?;
        let highest_role = match role {
            Some(role) => role.parse().map_err(|error: RoleError| error.to_string())?,
            None => Role::Coordinator,
        };
        Ok(Self {
            country,
            highest_role,
            certificate: path.into(),
        })
    }
}

impl NamedAuthority {
    /// As a charter names it; the certificate must be that country's.
    pub(super) fn in_charter(&self) -> Result<CharterAuthority, Failure> {
        let path = &self.certificate;
        let authority = Authority::from_pem(&read(path)?)
            .map_err(|error| Failure::usage(&format!("{}: {error}", path.display())))?;
        let country = self.country;
        if authority.country() != country {
            let reason = format!("{}: {} ≠ {country}", path.display(), authority.country());
            return Err(Failure::usage(&reason));
        }
        Ok(CharterAuthority {
            root: authority.fingerprint(),
            country,
            highest_role: self.highest_role,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_stand_behind_the_country() {
        let read = |text: &str| text.parse::<NamedAuthority>();
        let plain = read("JO=amman/a=b.pem").unwrap();
        assert_eq!(plain.highest_role, Role::Coordinator);
        assert_eq!(plain.certificate, PathBuf::from("amman/a=b.pem"));
        assert_eq!(
            read("AE:liaison=x.pem").unwrap().highest_role,
            Role::Liaison
        );
        for wrong in ["JO", "JO:boss=x.pem", "Jordan=x.pem", ":liaison=x.pem"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
