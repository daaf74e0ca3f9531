//! Who may depend on whom. What the hub can't link it can't use: `server` and `delivery` never see `room`;
//! and the pure crates never see a runtime, a database or a web server.

use std::collections::BTreeSet;

/// All of our crates, as dependencies, begin so.
const OWN_PREFIX: &str = "entente-";

/// What the pure crates never link: I/O comes from outside, as inputs and effects.
const NOT_IN_PURE_CRATES: [&str; 7] = [
    "tokio",
    "sqlx",
    "sqlx-core",
    "axum",
    "axum-core",
    "hyper",
    "mio",
];

/// One crate's place.
pub(crate) struct Layer {
    /// The package's name.
    pub(crate) package: &'static str,
    /// Our other crates that it may link, directly or not.
    may_link: &'static [&'static str],
    /// True for a crate without I/O.
    pure: bool,
}

/// The layers, from the inside out.
pub(crate) const LAYERS: [Layer; 10] = [
    Layer {
        package: "entente-protocol",
        may_link: &[],
        pure: true,
    },
    Layer {
        package: "entente-trust",
        may_link: &["entente-protocol"],
        pure: true,
    },
    Layer {
        package: "entente-delivery",
        may_link: &["entente-protocol", "entente-trust"],
        pure: true,
    },
    Layer {
        package: "entente-room",
        may_link: &["entente-protocol", "entente-trust"],
        pure: true,
    },
    Layer {
        package: "entente-dossier",
        may_link: &["entente-protocol", "entente-trust", "entente-room"],
        pure: true,
    },
    Layer {
        package: "entente-report",
        may_link: &[],
        pure: true,
    },
    Layer {
        package: "entente-server",
        may_link: &["entente-protocol", "entente-trust", "entente-delivery"],
        pure: false,
    },
    Layer {
        package: "entente-device",
        may_link: &["entente-protocol", "entente-trust", "entente-room"],
        pure: false,
    },
    Layer {
        package: "entente-client",
        may_link: &[
            "entente-protocol",
            "entente-trust",
            "entente-room",
            "entente-device",
            "entente-dossier",
            "entente-report",
        ],
        pure: false,
    },
    Layer {
        package: "entente-web-core",
        may_link: &[
            "entente-protocol",
            "entente-trust",
            "entente-room",
            "entente-device",
        ],
        pure: false,
    },
];

/// What `layer` links and must not, given the names of everything that is linked into it.
pub(crate) fn violations(layer: &Layer, linked: &BTreeSet<String>) -> Vec<String> {
    linked
        .iter()
        .filter(|name| *name != layer.package)
        .filter(|name| {
            let stranger = name.starts_with(OWN_PREFIX) && !layer.may_link.contains(&name.as_str());
            stranger || (layer.pure && NOT_IN_PURE_CRATES.contains(&name.as_str()))
        })
        .map(|name| format!("{} must not link {name}", layer.package))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(package: &str, linked: &[&str]) -> Vec<String> {
        let linked = linked.iter().map(|name| (*name).to_owned()).collect();
        let layer = LAYERS.iter().find(|layer| layer.package == package);
        violations(layer.unwrap(), &linked)
    }

    #[test]
    fn the_hub_may_not_link_the_room() {
        let linked = [
            "entente-server",
            "entente-delivery",
            "entente-room",
            "tokio",
        ];
        assert_eq!(
            found("entente-server", &linked),
            ["entente-server must not link entente-room"]
        );
        assert_eq!(found("entente-delivery", &["entente-room"]).len(), 1);
    }

    #[test]
    fn pure_crates_may_not_link_a_runtime() {
        for package in [
            "entente-protocol",
            "entente-trust",
            "entente-delivery",
            "entente-room",
            "entente-dossier",
            "entente-report",
        ] {
            for forbidden in ["tokio", "sqlx", "axum"] {
                let message = format!("{package} must not link {forbidden}");
                assert_eq!(found(package, &[package, "serde", forbidden]), [message]);
            }
        }
    }

    #[test]
    fn allowed_arrows_pass() {
        let linked = [
            "entente-client",
            "entente-room",
            "entente-trust",
            "entente-protocol",
            "tokio",
        ];
        assert!(found("entente-client", &linked).is_empty());
    }
}
