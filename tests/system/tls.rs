//! A hub with TLS, as people and scripts meet it, and a certificate that is renewed while it runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use entente_services::certificates::{Certificate, ONE, ROOT, TWO};
use entente_tests::{HubProcess, within};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::commands::Shell;

fn put(folder: &Path, pair: Certificate) {
    std::fs::write(folder.join("tls.crt"), pair.chain).unwrap();
    std::fs::write(folder.join("tls.key"), pair.key).unwrap();
}

fn start(folder: &Path) -> HubProcess {
    put(folder, ONE);
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    let options = [
        "--tls-certificate",
        certificate.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    HubProcess::start(&folder.join("hub"), &options)
}

/// A connection that trusts the root of tests, and the certificate that it got.
async fn connect(hub: &HubProcess) -> (TlsStream<TcpStream>, Vec<u8>) {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ROOT.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(hub.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    let leaf = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    (stream, leaf)
}

fn leaf(pair: Certificate) -> Vec<u8> {
    let leaf = CertificateDer::from_pem_slice(pair.chain.as_bytes());
    leaf.unwrap().to_vec()
}

async fn is_served(stream: &mut TlsStream<TcpStream>) -> bool {
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = vec![0; 1_024];
    let count = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..count]).starts_with("HTTP/1.1 200")
}

/// Commands over https: with the root they go through, without it nothing is sent.
#[test]
fn commands_speak_tls_to_a_hub_that_they_trust() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path());
    let root = folder.path().join("root.pem");
    std::fs::write(&root, ROOT).unwrap();
    let trusted = vec![("SSL_CERT_FILE".to_owned(), root.display().to_string())];
    let url = format!("https://localhost:{}", hub.address.port());
    let shell = Shell::with(folder, hub, url, trusted);
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.open_room("Saffron", &[]);
    shell.run(&["say", "--dir", "Petra", "In position."]);

    // Nobody has signed for this hub that the machine trusts.
    let stranger = shell.dir("two.pem");
    std::fs::write(&stranger, TWO.chain).unwrap();
    let say = ["say", "--dir", "Petra", "Not now.", "--wait", "1s"];
    let kept = shell
        .command("correct horse", &say)
        .env("SSL_CERT_FILE", stranger)
        .output()
        .unwrap();
    assert_eq!(kept.status.code(), Some(3), "{kept:?}");
    let heard = shell.run(&["follow", "--dir", "Petra", "--once", "--history"]);
    let said = |text| heard.iter().any(|event| event["say"]["text"] == text);
    assert!(said("In position."), "{heard:?}");
}

#[tokio::test]
async fn a_hub_that_is_told_to_reads_its_certificate_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path());
    let (mut old, certificate) = connect(&hub).await;
    assert_eq!(certificate, leaf(ONE));

    put(folder.path(), TWO);
    hub.hang_up();
    let renewed = async {
        while connect(&hub).await.1 != leaf(TWO) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(renewed).await;
    assert!(is_served(&mut old).await, "what is there stays");

    // A pair that can't be used is told, and changes nothing.
    put(folder.path(), Certificate { key: "none", ..ONE });
    hub.hang_up();
    let told = async {
        while !hub.log().contains("the old certificate stays") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(told).await;
    let (mut new, certificate) = connect(&hub).await;
    assert_eq!(certificate, leaf(TWO));
    assert!(is_served(&mut new).await && is_served(&mut old).await);
}
