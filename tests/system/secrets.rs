//! What nobody may find where it does not belong: in logs at their most talkative, in what commands print of
//! themselves, in errors, in `Debug`.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use entente_client::authority::InviteRequest;
use entente_client::engine::Wish;
use entente_client::enrol::{enrol, open_device};
use entente_client::store::{KdfCost, SealedStore};
use entente_client::{Passphrase, now_ms};
use entente_device::store::Sealer;
use entente_protocol::{Fingerprint, PushEndpoint};
use entente_room::{
    BlobKey, CharterText, Event, Identifier, IdentifierKind, Say, Session, SnapshotPart,
    TargetChange, TargetId, TargetKind,
};
use entente_tests::{Cast, HubProcess, program, room_spec, within};
use entente_trust::{DeviceSigner, Role, Ticket};
use tracing_subscriber::fmt::MakeWriter;

use crate::CLASSIC;
use crate::commands::Shell;

/// Each is found in nothing else.
const PASSPHRASE: &str = "passphrase-7f3a91";
const WORDS: &str = "words-said-5c02d4";
const NAME: &str = "name-of-a-target-88e1b7";
const TITLE: &str = "title-of-an-operation-19d6";
const PLATE: &str = "JO9988776";

fn planted() -> Vec<String> {
    [PASSPHRASE, WORDS, NAME, TITLE, PLATE]
        .map(str::to_owned)
        .to_vec()
}

fn must_lack(place: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        let at = text.find(secret.as_str());
        let around = at.map(|at| {
            let from = text.floor_char_boundary(at.saturating_sub(80));
            let to = text.ceil_char_boundary((at + 120).min(text.len()));
            &text[from..to]
        });
        assert!(
            around.is_none(),
            "{place} has {secret:?}: …{}…",
            around.unwrap()
        );
    }
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A device and its hub with everything logged that any crate of ours or below has to say.
#[tokio::test]
async fn logs_at_trace_level_tell_nothing() {
    let heard = Heard::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(heard.clone())
        .finish();
    // Of this thread, which is the only one that the devices run on; what crates log by the older interface too.
    let _ = tracing_log::LogTracer::init();
    let _guard = tracing::subscriber::set_default(subscriber);

    let folder = tempfile::tempdir().unwrap();
    let talkative = vec![("ENTENTE_LOG".to_owned(), "trace".to_owned())];
    let hub = HubProcess::start_in(&folder.path().join("hub"), &[], talkative);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let request = InviteRequest {
        officer: "JO-1".to_owned(),
        callsign: "Falcon".to_owned(),
        role: Role::Field,
        valid_ms: 3_600_000,
        ticket_valid_ms: 3_600_000,
    };
    let ticket = cast.desk("JO").invite(request, now_ms()).unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned());
    let dir = folder.path().join("falcon");
    let lock = (&passphrase, KdfCost::Exercise);
    let url = hub.url();
    let asking = enrol(
        &dir,
        lock,
        &url,
        &ticket,
        core::time::Duration::from_secs(120),
    );
    let answering = async {
        loop {
            cast.desk("JO").answer_once(&url, now_ms()).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        device = asking => drop(device.unwrap()),
        () = answering => {}
    }
    let device = open_device(&dir, &passphrase).await.unwrap();
    let id = device.identity.device();
    let falcon = entente_client::engine::Engine::start(device, None)
        .await
        .unwrap();
    within(falcon.caught_up()).await.unwrap();
    let mut spec = room_spec(cast.authorities(), CLASSIC);
    spec.title = TITLE.to_owned();
    let room = within(petra.engine.open_room(spec)).await.unwrap();
    within(petra.engine.commit(room, Wish::Admit(vec![id])))
        .await
        .unwrap();
    within(falcon.until(room, Session::is_board_ready))
        .await
        .unwrap();
    for event in events() {
        let seq = within(falcon.say(room, event)).await.unwrap();
        within(petra.engine.until(room, move |s| s.cursor() >= seq))
            .await
            .unwrap();
    }
    // What can't be opened, what is refused, and what is closed early say why.
    SealedStore::open(&dir, &passphrase).unwrap_err();
    falcon.stop().await;
    let wrong = Passphrase::new(format!("{PASSPHRASE}-wrong"));
    let refused = open_device(&dir, &wrong).await.unwrap_err();
    let mut secrets = planted();
    must_lack("an error", &format!("{refused} {refused:?}"), &secrets);

    secrets.push(ticket.reveal());
    secrets.push(ticket.reveal()[5..].to_lowercase());
    let seed = {
        let store = SealedStore::open(&dir, &passphrase).unwrap();
        store
            .get(b"device/seed")
            .unwrap()
            .or(store.get(b"seed").unwrap())
    };
    secrets.extend(seed.map(|seed| data_encoding::HEXLOWER.encode(&seed)));
    let log = String::from_utf8_lossy(&heard.0.lock().unwrap()).into_owned();
    assert!(log.contains("TRACE"), "the search finds what is there");
    must_lack("the devices' log", &log, &secrets);
    let log = hub.log();
    assert!(log.contains("\"TRACE\""), "the search finds what is there");
    must_lack("the hub's log", &log, &secrets);
}

fn events() -> Vec<Event> {
    vec![
        Event::Say(Say {
            text: WORDS.to_owned(),
            urgent: false,
            reply_to: None,
        }),
        Event::Target(TargetChange {
            kind: Some(TargetKind::Vehicle),
            name: Some(NAME.to_owned()),
            add_identifiers: vec![Identifier::new(IdentifierKind::Plate, PLATE).unwrap()],
            ..TargetChange::of(TargetId::from_bytes([7; 16]))
        }),
    ]
}

/// Commands that fail say why, and not with what.
#[test]
fn commands_do_not_repeat_what_they_were_trusted_with() {
    let shell = Shell::open();
    shell.authority("JO");
    shell.device("JO", "Petra", "coordinator");
    shell.open_room(TITLE, &[]);
    let ticket = Ticket::new(Fingerprint::from_bytes([1; 32]), [2; 16], u64::MAX).reveal();
    let mistyped = format!("{}A", &ticket[..ticket.len() - 1]);
    let hub = shell.url();
    let mut secrets = planted();
    secrets.extend([ticket.clone(), mistyped.clone(), ticket[5..40].to_owned()]);
    let attempts: [&[&str]; 6] = [
        &[
            "device", "enrol", "--hub", &hub, "--dir", "new", "--ticket", &mistyped,
        ],
        &[
            "device", "enrol", "--hub", &hub, "--dir", "new", "--ticket", &ticket, "--wait", "1s",
        ],
        &["device", "show", "--dir", "Petra"],
        &[
            "say",
            "--dir",
            "Petra",
            "--wait",
            "0s",
            "--hub",
            "http://127.0.0.1:1",
            WORDS,
        ],
        &["say", "--dir", "nowhere", WORDS],
        &[
            "target",
            "add",
            "--dir",
            "Petra",
            "--kind",
            "vehicle",
            "--name",
            NAME,
            "--priority",
            "9",
        ],
    ];
    for arguments in attempts {
        let output = shell
            .command(PASSPHRASE, arguments)
            .env("ENTENTE_LOG", "trace")
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        for (stream, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            must_lack(&format!("{stream} of {arguments:?}"), &text, &secrets);
        }
    }
}

/// A hub that can't start does not print the password that it was told.
#[test]
fn a_hub_does_not_repeat_its_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://hub:{PASSPHRASE}@127.0.0.1:1/entente");
    for (name, value, more) in [
        ("ENTENTE_DATABASE", url.as_str(), None),
        (
            "ENTENTE_BROKER",
            "nats://passphrase-7f3a91@127.0.0.1:1",
            Some(url.as_str()),
        ),
    ] {
        let mut command = Command::new(program("entente-server"));
        command
            .arg("--data")
            .arg(folder.path())
            .args(["--listen", "127.0.0.1:0"])
            .env(name, value)
            .env("ENTENTE_LOG", "trace")
            .stdin(Stdio::null());
        if let Some(database) = more {
            command.env("ENTENTE_DATABASE", database);
        }
        let output = command.output().unwrap();
        assert!(!output.status.success());
        let said = [output.stdout, output.stderr].concat();
        must_lack("a hub", &String::from_utf8_lossy(&said), &planted());
    }
}

#[test]
fn debug_of_what_holds_secrets_shows_none() {
    let code = *b"secret-code-4f1a";
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let key = [0xa7; 32];
    let secrets = [
        planted(),
        vec![
            hex(&code),
            hex(&key),
            format!("{key:?}"),
            "167, 167".to_owned(),
        ],
        vec![
            String::from_utf8(code.to_vec()).unwrap(),
            format!("{code:?}"),
        ],
    ]
    .concat();
    let ticket = Ticket::new(Fingerprint::from_bytes([1; 32]), code, 1);
    let revealed = ticket.reveal();
    let text = CharterText {
        salt: [0xa7; 32],
        title: TITLE.to_owned(),
        playbook: NAME.to_owned(),
        exercise: false,
    };
    let part = SnapshotPart {
        as_of: 1,
        transcript: [0; 32],
        digest: [0; 32],
        part: 0,
        parts: 1,
        bytes: WORDS.as_bytes().to_vec(),
    };
    let plate = Identifier::new(IdentifierKind::Plate, PLATE).unwrap();
    let reading = Identifier::read(IdentifierKind::Plate, PLATE).unwrap();
    let mut shown = vec![
        format!("{:?}", Passphrase::new(PASSPHRASE.to_owned())),
        format!("{ticket:?}"),
        format!("{:?}", DeviceSigner::from_seed(&key)),
        format!("{:?}", Sealer::new(key.into())),
        format!("{:?}", BlobKey::from_bytes(key)),
        format!("{text:?}"),
        format!("{:?}", Event::Snapshot(part)),
        format!("{plate:?} {reading:?}"),
        format!(
            "{:?}",
            PushEndpoint::new(format!("https://push.example/{WORDS}"))
        ),
        format!("{:?}", room_spec_named(TITLE)),
    ];
    shown.extend(events().iter().map(|event| format!("{event:?}")));
    for shown in shown {
        must_lack("Debug", &shown, &secrets);
        assert!(!shown.contains(&revealed));
        assert!(shown.len() > 3, "it says what it is: {shown}");
    }
}

fn room_spec_named(title: &str) -> entente_client::engine::RoomSpec {
    let mut spec = room_spec(Vec::new(), CLASSIC);
    spec.title = title.to_owned();
    spec
}
