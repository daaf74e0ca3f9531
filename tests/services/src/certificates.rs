//! Certificates of hubs, for `localhost`, `127.0.0.1` and `hub.example.org`, valid for a hundred years.

/// A certificate and its key, PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certificate {
    /// The leaf.
    pub chain: &'static str,
    /// Its key, which everybody may know.
    pub key: &'static str,
}

/// The root that has signed both, PEM. Its key is gone.
pub const ROOT: &str = include_str!("../fixtures/root.crt");

/// The one that a hub starts with.
pub const ONE: Certificate = Certificate {
    chain: include_str!("../fixtures/one.crt"),
    key: include_str!("../fixtures/one.key"),
};

/// The one that it gets later.
pub const TWO: Certificate = Certificate {
    chain: include_str!("../fixtures/two.crt"),
    key: include_str!("../fixtures/two.key"),
};
