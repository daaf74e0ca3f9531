//! The hub between a device and its authority's desk.

use std::sync::Arc;
use std::time::Duration;

use entente_client::authority::{AuthorityDesk, DeskOutcome, InviteRequest};
use entente_client::enrol::{EnrolError, enrol, open_device};
use entente_client::store::KdfCost;
use entente_client::{HubUrl, Passphrase, now_ms};
use entente_protocol::{DeskBatch, DeskPoll, EnrolmentAnswer, EnrolmentRequest};
use entente_tests::home_made;
use entente_trust::enrolment::EnrolmentError;
use entente_trust::{DeviceSigner, Role, Ticket};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

type Answer = Arc<dyn Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send + Sync>;

/// An HTTP server that answers each request as the test likes.
async fn lying_http(answer: Answer) -> HubUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let (head, body) = loop {
                    if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                        return;
                    }
                    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
                        continue;
                    };
                    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                    let length = head
                        .split("content-length: ")
                        .nth(1)
                        .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
                        .unwrap_or(0);
                    if bytes.len() >= end + 4 + length {
                        break (head, bytes[end + 4..].to_vec());
                    }
                };
                let (status, reply) = answer(&head, &body);
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    reply.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), &reply].concat()).await;
            });
        }
    });
    url.parse().unwrap()
}

struct Desk {
    folder: tempfile::TempDir,
    passphrase: Passphrase,
    desk: AuthorityDesk,
    ticket: Ticket,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new("only for tests".to_owned());
    let desk = AuthorityDesk::init(
        &folder.path().join("authority"),
        &passphrase,
        KdfCost::Exercise,
        ("JO".parse().unwrap(), "Bureau"),
        now_ms(),
    )
    .unwrap();
    let request = InviteRequest {
        officer: "JO-017".to_owned(),
        callsign: "Falcon".to_owned(),
        role: Role::Field,
        valid_ms: 3_600_000,
        ticket_valid_ms: 3_600_000,
    };
    let ticket = desk.invite(request, now_ms()).unwrap();
    Desk {
        folder,
        passphrase,
        desk,
        ticket,
    }
}

/// The hub wants a certificate for its own key, and puts it into the request that it carries. It
/// can make a proof of possession for that key; it has no code.
#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_request_swapped() {
    let scene = desk();
    let device = DeviceSigner::from_seed(&[1; 32]);
    let hubs_own = DeviceSigner::from_seed(&[66; 32]);
    let good = entente_trust::enrolment::request(&scene.ticket, &device);
    let guess = Ticket::new(scene.ticket.authority(), [0; 16], now_ms() + 3_600_000);
    let of_hub = entente_trust::enrolment::request(&guess, &hubs_own);
    let swapped = [
        EnrolmentRequest {
            device_key: hubs_own.public_key(),
            ..good.clone()
        },
        EnrolmentRequest {
            ticket: good.ticket,
            ..of_hub.clone()
        },
        EnrolmentRequest {
            mac: good.mac.clone(),
            ticket: good.ticket,
            ..of_hub
        },
    ];
    for request in swapped {
        let handed_in = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = handed_in.clone();
        let url = lying_http(Arc::new(move |_, body| {
            let poll = DeskPoll::decode(body).unwrap();
            seen.lock().unwrap().extend(poll.answers);
            let batch = DeskBatch {
                time_ms: now_ms(),
                requests: vec![request.clone()],
            };
            (200, batch.encode().unwrap())
        }))
        .await;
        let reports = scene.desk.answer_once(&url, now_ms()).await.unwrap();
        assert!(
            matches!(reports[0].outcome, DeskOutcome::Refused { .. }),
            "{reports:?}"
        );
        let answers = handed_in.lock().unwrap();
        assert!(
            answers.iter().all(|answer| answer.answer.is_none()),
            "nothing was signed"
        );
    }
}

/// The hub answers with a certificate that is none of the authority's, or another officer's.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_swapped() {
    let scene = desk();
    let impostor = home_made("JO", Role::Field, 66);
    let chain = impostor.accreditation().chain().iter();
    let forged = EnrolmentAnswer {
        ticket: scene.ticket.id(),
        chain: chain.map(|der| der.clone().into()).collect(),
        mac: vec![0; 32].into(),
    };
    let url = lying_http(Arc::new(move |head, _| {
        if head.starts_with("post") {
            (202, Vec::new())
        } else {
            (200, forged.encode().unwrap())
        }
    }))
    .await;
    let dir = scene.folder.path().join("falcon");
    let lock = (&scene.passphrase, KdfCost::Exercise);
    let enrolled = enrol(&dir, lock, &url, &scene.ticket, Duration::from_secs(20)).await;
    assert!(
        matches!(enrolled, Err(EnrolError::Answer(EnrolmentError::Mac))),
        "{enrolled:?}"
    );
    assert!(matches!(
        open_device(&dir, &scene.passphrase).await,
        Err(EnrolError::NotEnrolled)
    ));
}

/// Whoever holds the ticket can ask, and the hub hands both requests in: the first is accredited,
/// and the second one told that the ticket was used.
#[tokio::test(flavor = "multi_thread")]
async fn two_good_requests_under_one_ticket() {
    let scene = desk();
    let requests = [1, 2].map(|seed| {
        let device = DeviceSigner::from_seed(&[seed; 32]);
        entente_trust::enrolment::request(&scene.ticket, &device)
    });
    let handed_in = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = handed_in.clone();
    let url = lying_http(Arc::new(move |_, body| {
        let poll = DeskPoll::decode(body).unwrap();
        seen.lock().unwrap().extend(poll.answers);
        let batch = DeskBatch {
            time_ms: now_ms(),
            requests: requests.to_vec(),
        };
        (200, batch.encode().unwrap())
    }))
    .await;
    // Together, and again afterwards.
    for _ in 0..2 {
        let reports = scene.desk.answer_once(&url, now_ms()).await.unwrap();
        let [first, second] = &reports[..] else {
            panic!("{reports:?}");
        };
        assert!(matches!(first.outcome, DeskOutcome::Accredited { .. }));
        assert_eq!(second.outcome, DeskOutcome::Used);
    }
    let answers = handed_in.lock().unwrap();
    let signed = answers.iter().filter(|answer| answer.answer.is_some());
    assert_eq!((signed.count(), answers.len()), (2, 4), "the first, twice");
}
