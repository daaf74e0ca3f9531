//! TLS of processes: the root certificates that the machine trusts, or those of `SSL_CERT_FILE`.

use std::sync::{Arc, LazyLock};

use rustls_native_certs::load_native_certs;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::Connector;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// What the machine trusts, read once.
static ROOTS: LazyLock<Vec<CertificateDer<'static>>> = LazyLock::new(|| {
    let found = load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some of the machine's root certificates can't be read");
    }
    found.certs
});

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));

/// The root certificates that this machine trusts.
#[must_use]
pub fn trusted_roots() -> Vec<CertificateDer<'static>> {
    ROOTS.clone()
}

/// The cryptography of TLS here.
#[must_use]
pub fn tls_provider() -> Arc<CryptoProvider> {
    PROVIDER.clone()
}

/// For WebSockets.
pub(super) fn connector() -> Result<Connector, String> {
    static CONFIG: LazyLock<Result<Arc<ClientConfig>, String>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(ROOTS.iter().cloned());
        let config = ClientConfig::builder_with_provider(PROVIDER.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    });
    CONFIG.clone().map(Connector::Rustls)
}

/// For short requests.
pub(super) fn for_http() -> TlsConfig {
    let roots: RootCerts = ROOTS
        .iter()
        .map(|root| Certificate::from_der(root).to_owned())
        .into();
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(PROVIDER.clone())
        .root_certs(roots)
        .build()
}
