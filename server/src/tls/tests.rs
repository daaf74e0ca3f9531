//! Certificates that are replaced while the hub runs.

use std::path::Path;

use entente_services::certificates::{Certificate, ONE, ROOT, TWO};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::gate::{AddressLimits, Gate};

fn gated(listener: TcpListener) -> GatedListener {
    let gate = Gate::new(AddressLimits {
        connections: None,
        requests_per_second: None,
        with_loopback: false,
    });
    GatedListener::new(listener, gate)
}

fn der(pem: &str) -> Vec<u8> {
    CertificateDer::from_pem_slice(pem.as_bytes())
        .unwrap()
        .to_vec()
}

fn put(folder: &Path, pair: Certificate) -> TlsFiles {
    let files = TlsFiles {
        certificate: folder.join("tls.crt"),
        key: folder.join("tls.key"),
    };
    std::fs::write(&files.certificate, pair.chain).unwrap();
    std::fs::write(&files.key, pair.key).unwrap();
    files
}

type Client = tokio_rustls::client::TlsStream<TcpStream>;

/// A connection, and the certificate that it got.
async fn connect(address: SocketAddr) -> (Client, Vec<u8>) {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(ROOT.as_bytes()).unwrap();
    roots.add(root).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("hub.example.org").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, stream).await.unwrap();
    let (_, session) = stream.get_ref();
    let leaf = session.peer_certificates().unwrap()[0].to_vec();
    (stream, leaf)
}

async fn asks(stream: &mut Client) -> String {
    let request = b"GET / HTTP/1.1\r\nhost: hub\r\nconnection: keep-alive\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = vec![0; 1_024];
    let count = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..count]).into_owned()
}

#[tokio::test]
async fn a_new_certificate_is_for_new_connections_and_a_bad_one_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let files = put(folder.path(), ONE);
    let reloader = Reloader::new(files).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().route("/", axum::routing::get(|| async { "here" }));
    let listener = reloader.listen(gated(listener), address);
    tokio::spawn(axum::serve(listener, app).into_future());

    let (mut old, certificate) = connect(address).await;
    assert_eq!(certificate, der(ONE.chain));
    assert!(asks(&mut old).await.contains("200 OK"));

    put(folder.path(), TWO);
    reloader.reload().unwrap();
    let (mut new, certificate) = connect(address).await;
    assert_eq!(certificate, der(TWO.chain));
    assert!(asks(&mut new).await.contains("200 OK"));
    assert!(
        asks(&mut old).await.contains("200 OK"),
        "what is there stays"
    );

    for broken in [
        Certificate { chain: "", ..TWO },
        Certificate {
            key: "no key",
            ..TWO
        },
        Certificate {
            key: TWO.key,
            ..ONE
        },
    ] {
        put(folder.path(), broken);
        assert!(reloader.reload().is_err(), "{broken:?}");
        assert_eq!(connect(address).await.1, der(TWO.chain));
    }
}

/// Who opens connections and says nothing holds up nobody.
#[tokio::test]
async fn a_silent_peer_holds_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let reloader = Reloader::new(put(folder.path(), ONE)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().route("/", axum::routing::get(|| async { "here" }));
    tokio::spawn(axum::serve(reloader.listen(gated(listener), address), app).into_future());
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let (mut stream, _) = connect(address).await;
    assert!(asks(&mut stream).await.contains("200 OK"));
}
