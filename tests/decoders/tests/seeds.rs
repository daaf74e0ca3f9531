//! Makes the good inputs of the corpus anew, and the kept room that they belong to:
//! `ENTENTE_BLESS=1 cargo test --workspace --test seeds`. Inputs that were found by fuzzing stay.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../crates/room/tests/room/support/mod.rs"]
mod support;

mod said;

use std::path::Path;

use data_encoding::HEXLOWER;
use entente_decoders::{FIXTURE, Stage, folder};
use entente_protocol::{
    BlobId, ClientFrame, EphemeralDelivery, HubFrame, KeyPackageOf, KeyPackagesReply, RoomId,
};
use entente_room::{
    BlobKey, CharterText, ChunkPlace, CommitWish, Event, KeyStore, LivePosition, NewRoom, Position,
    Session, seal_chunk,
};
use entente_trust::{RevocationList, Role, Ticket};
use support::{Country, Member, NOW, World};
use tls_codec::{Serialize as _, VLBytes};

const CLASSIC: u16 = 0x0001;
const PETRA: usize = 0;
const DUNE: usize = 1;

/// Writes an input; those of other names stay.
fn keep(decoder: &str, name: &str, bytes: &[u8]) {
    let folder = folder(decoder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn good_inputs_of_each_kind() {
    if std::env::var_os("ENTENTE_BLESS").is_none() {
        // They are there, and the other test reads them.
        return;
    }
    golden();
    typed();
    played();
}

/// The golden files of the protocol.
fn golden() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/protocol/tests/golden");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    for line in read("binary.txt").lines() {
        let (name, hex) = line.split_once(" = ").unwrap();
        let bytes = HEXLOWER.decode(hex.as_bytes()).unwrap();
        let (whose, what) = name.split_once(' ').unwrap();
        let decoder = match whose {
            "client" => "client_frames",
            "hub" => "hub_frames",
            "http" => "enrolments",
            "member" => "recorded",
            _ => continue,
        };
        keep(decoder, what, &bytes);
    }
    for line in read("control.txt").lines() {
        let (name, json) = line.split_once(" = ").unwrap();
        keep("controls", &name.replace(' ', "_"), json.as_bytes());
    }
}

/// What people and machines write as text.
fn typed() {
    let texts: [(&str, &[&str]); 7] = [
        (
            "identifiers",
            &[
                "plate:JO-12 3456",
                "plate:AE ??12*",
                "vin:1M8GDM9AXKP042788",
                "passport:P1234567",
                "passport:P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "imei:49-015420-323751-8",
                "msisdn:+962 7 9012 3456",
                "imo:9074729",
                "mmsi:477553000",
                "container:CSQU 305438-3",
                "flight:RJ 123",
                "tail_number:N12345",
                "cas_number:67-64-1",
                "wallet:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                "wallet:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "wallet:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "onion_address:vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion",
                "30 min",
                "90s",
            ],
        ),
        (
            "ais",
            &[
                "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C",
                "!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E\n\
                 !AIVDM,2,2,3,B,1@0000000000000,2*55",
                "\\c:1700000000*5A\\!AIVDM,1,1,,A,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n$GPGGA,1*00",
            ],
        ),
        (
            "anpr",
            &[
                r#"{"plate":"14-83921","country":"JO","lat":31.5,"lon":35.9,"time":"2026-11-24T03:30:00+03:00","camera":"A"}"#,
                r#"{"plate":"JO 14-83921","time":1700000000123}"#,
            ],
        ),
        (
            "tables",
            &[
                "container,lat,lon,time,note\nCSQU 305438-3,25.0,55.1,2026-11-24T03:30:00Z,\"Deira, Ltd\"\n77,,,,x\n",
                "\u{feff}Plate;Note\nPlate,Note\nAB123,\"a \"\"b\"\"\"\n",
            ],
        ),
        (
            "cot",
            &[
                r#"<?xml version="1.0"?><event version="2.0" uid="MMSI-477553000" type="a-u-S-X-M" how="m-g" time="2026-01-01T00:00:00.123Z" start="2026-01-01T00:00:00.123Z" stale="2026-01-01T00:05:00.000Z"><point lat="31.9539000" lon="35.9106000" hae="9999999.0" ce="12" le="9999999.0"/><detail><contact callsign="plate:JO14-83921"/><track course="45" speed="12.50"/><link uid="other" relation="p-p"/><remarks>two &amp; &lt;b&gt; &#x41; imei:49-015420-323751-8</remarks></detail></event>"#,
                r#"<event uid="x" type="t-x-d-d" time="2026-01-01T00:00:00Z"><point lat="91" lon="0"/><detail><__forcedelete/></detail></event>"#,
                r#"<event uid="x" type="a-f-A-C-F" time="2026-01-01T00:00:00Z"><detail><contact callsign="RJA102"/></detail></event>"#,
            ],
        ),
        (
            "push_endpoints",
            &[
                "https://push.example/wpush/v2/gAAA",
                "https://203.0.112.7:8443/x",
                "https://[2606:4700::1111]/x",
                "http://127.0.0.1/x",
                "https://me:secret@push.example/x",
                "https://localhost./",
            ],
        ),
        (
            "stix",
            &[
                r#"{"type":"bundle","id":"bundle--1","objects":[{"type":"identity","spec_version":"2.1","id":"identity--1","name":"Falcon","identity_class":"individual"},{"type":"location","spec_version":"2.1","id":"location--1","latitude":31.5,"longitude":35.9},{"type":"infrastructure","spec_version":"2.1","id":"infrastructure--1","name":"shop"},{"type":"domain-name","spec_version":"2.1","id":"domain-name--1","value":"vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion"},{"type":"sighting","spec_version":"2.1","id":"sighting--1","sighting_of_ref":"identity--1","last_seen":"2026-11-24T03:30:00Z","where_sighted_refs":["location--1"]}]}"#,
            ],
        ),
    ];
    for (decoder, texts) in texts {
        for (number, text) in texts.iter().enumerate() {
            keep(decoder, &format!("typed_{number:02}"), text.as_bytes());
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let yaml = root.join("ops-playbooks/captagon-laboratory.yaml");
    let yaml = std::fs::read_to_string(yaml).unwrap();
    let json = entente_client::read_playbook(&yaml).unwrap().to_json();
    keep("playbooks", "yaml", yaml.as_bytes());
    keep("playbooks", "json", json.as_bytes());
    let ticket = Ticket::new(
        entente_protocol::Fingerprint::from_bytes([0x44; 32]),
        [5; 16],
        1_700_000_000_123,
    );
    for (name, text) in [
        ("ticket", ticket.reveal()),
        ("url", "http://hub.example:8420".to_owned()),
        ("url_of_number", "https://[::1]:8420/".to_owned()),
        ("country", "JO".to_owned()),
        ("role", "coordinator".to_owned()),
        ("room", "11111111-1111-1111-1111-111111111111".to_owned()),
        ("fingerprint", "44".repeat(32)),
    ] {
        keep("tickets", name, text.as_bytes());
    }
}

/// Petra opens a room and admits Dune, who hears what Petra says then.
fn played() {
    let now = *NOW;
    let [jo, ae] = [("JO", 1), ("AE", 2)].map(|(code, seed)| Country::new(code, seed, now));
    let founder = jo.device("Petra", Role::Coordinator, 11, now);
    let mut world = World::open(CLASSIC, &[&jo, &ae], founder.clone(), now);
    world.add_member(ae.device("Dune", Role::Liaison, 12, now));
    world.admit(PETRA, &[DUNE]).unwrap();
    let keys = records(world.members[DUNE].keys.take_changes());
    let welcome = world.welcomes[0].1.clone();
    keep(
        "member",
        "welcome",
        &HubFrame::Welcome(welcome).encode().unwrap(),
    );
    world.catch_up(PETRA);
    snapshot(&mut world);
    world.settle();
    let events = said::events(now);
    // What is never stored, or says something about snapshots, is none of the board's.
    let beside = ["position", "snapshot_wanted", "dispute"];
    for (name, event) in &events {
        if !beside.contains(name) {
            world.say(PETRA, event.clone());
        }
    }
    world.settle();
    certificates(&world, &jo, &ae);
    board(&events, &world);

    for member in [PETRA, DUNE] {
        world.members[member].persist();
    }
    let chain = |member: &Member| member.identity.accreditation().chain().to_vec();
    world.hub.settle();
    let stage = Stage {
        now_ms: now,
        room: world.room,
        head: world.hub.head(),
        group_info: world.hub.group_info().to_vec(),
        ratchet_tree: world.hub.ratchet_tree().to_vec(),
        seats: world
            .hub
            .seats()
            .map(|it| {
                (
                    it.device,
                    it.leaf,
                    it.since_seq,
                    it.last_number,
                    it.last_seq,
                )
            })
            .collect(),
        sender: (11, chain(&world.members[PETRA])),
        listener: (12, chain(&world.members[DUNE])),
        session: world.members[DUNE].records.clone().into_iter().collect(),
        keys,
    };
    let mut bytes = Vec::new();
    ciborium::into_writer(&stage, &mut bytes).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::write(root.join(FIXTURE), bytes).unwrap();
    frames(&mut world);
    opening(&world);
    let evidence = world.members[DUNE].session().evidence();
    let dossier = entente_dossier::export(
        &world.members[DUNE].identity,
        &evidence,
        &entente_dossier::Beside::default(),
        None,
        now,
    );
    keep("dossiers", "whole", &dossier.unwrap());
}

fn records(changes: entente_room::Changes) -> Vec<(Vec<u8>, Vec<u8>)> {
    let kept = changes.into_iter();
    kept.filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

fn snapshot(world: &mut World) {
    let session = world.members[PETRA].session();
    let outbox: Vec<Event> = session.outbox().map(|(_, event)| event).collect();
    let part = outbox.iter().find_map(|event| match event {
        Event::Snapshot(part) => Some(part.clone()),
        _ => None,
    });
    let part = part.expect("who admits gives a snapshot");
    let bytes = [part.digest.as_slice(), &part.bytes].concat();
    keep("snapshots", "first", &bytes);
    keep(
        "events",
        "snapshot",
        &Event::Snapshot(part).encode().unwrap(),
    );
}

fn certificates(world: &World, jo: &Country, ae: &Country) {
    let accreditation = world.members[DUNE].identity.accreditation();
    let chain: Vec<VLBytes> = accreditation
        .chain()
        .iter()
        .map(|der| der.clone().into())
        .collect();
    keep(
        "certificates",
        "chain",
        &chain.tls_serialize_detached().unwrap(),
    );
    keep("certificates", "root", jo.authority.der());
    keep(
        "certificates",
        "root_pem",
        jo.authority.to_pem().unwrap().as_bytes(),
    );
    let list = RevocationList {
        version: RevocationList::VERSION,
        authority: ae.authority.fingerprint(),
        number: 1,
        issued_at_ms: world.now,
        devices: vec![accreditation.device()],
    };
    keep(
        "revocations",
        "one",
        &list.sign(&ae.key, &ae.authority).encode(),
    );
    let session = world.members[PETRA].session.as_ref().unwrap();
    keep("charters", "history", &session.charters().encode());
    keep("charters", "charter", &session.charter().encode());
}

fn board(events: &[(&str, Event)], world: &World) {
    let mut board = Vec::new();
    let session = world.members[PETRA].session.as_ref().unwrap();
    ciborium::into_writer(session.board(), &mut board).unwrap();
    let mut said: Vec<VLBytes> = vec![Vec::new().into()];
    for (name, event) in events {
        let bytes = event.encode().unwrap();
        keep("events", name, &bytes);
        said.push(bytes.into());
    }
    keep(
        "boards",
        "from_nothing",
        &said.tls_serialize_detached().unwrap(),
    );
    said[0] = board.into();
    keep(
        "boards",
        "on_a_full_one",
        &said.tls_serialize_detached().unwrap(),
    );
}

/// What comes next, on the wire.
fn frames(world: &mut World) {
    let now = world.now;
    let petra = world.members[PETRA].identity.clone();
    let session = world.members[PETRA].session();
    let place = Position::from_degrees(31.5, 35.9).unwrap();
    let here = Event::Position(LivePosition {
        position: place,
        at_ms: now,
    });
    let ephemeral = session.ephemeral(&here, now).unwrap();
    let shown = EphemeralDelivery {
        room: world.room,
        sender: petra.device(),
        time_ms: now,
        message: ephemeral.message.clone(),
    };
    keep(
        "member",
        "ephemeral",
        &HubFrame::Ephemeral(shown).encode().unwrap(),
    );
    keep(
        "hub",
        "ephemeral",
        &ClientFrame::Ephemeral(ephemeral).encode().unwrap(),
    );
    let session = world.members[PETRA].session();
    session.enqueue(&said::events(now)[0].1).unwrap();
    let send = session.outgoing(1, now).unwrap().remove(0);
    keep(
        "hub",
        "send",
        &ClientFrame::Send(send.clone()).encode().unwrap(),
    );
    world
        .give(petra.device(), entente_delivery::Input::Send(send))
        .unwrap();
    let delivery = world.delivery(world.log.len() - 1);
    keep(
        "member",
        "application",
        &HubFrame::Delivery(delivery).encode().unwrap(),
    );
    let info = HubFrame::GroupInfo(world.group_info());
    keep("member", "group_info", &info.encode().unwrap());

    // Each of these would be the first after the kept state.
    let records = world.members[PETRA].records.clone();
    let mut again = Session::load(petra, records).unwrap();
    let bundle = again.commit(CommitWish::Update, now).unwrap();
    keep(
        "hub",
        "commit",
        &ClientFrame::Commit(bundle).encode().unwrap(),
    );
    again.drop_commit();
    let leave = again.leave(now).unwrap();
    keep(
        "hub",
        "leave",
        &ClientFrame::Propose(leave).encode().unwrap(),
    );
    let join = world.members[DUNE].identity.ask_to_join(world.room, now);
    keep(
        "member",
        "join_request",
        &HubFrame::JoinRequest(join).encode().unwrap(),
    );
    let mut keys = KeyStore::default();
    let dune = world.members[DUNE].identity.clone();
    let made = keys.generate(&dune, CLASSIC, 1, true, now).unwrap();
    keep("key_packages", "once", &made.once[0]);
    keep("key_packages", "last_resort", &made.last_resort.unwrap());
    let reply = KeyPackagesReply {
        request: 1,
        key_packages: vec![KeyPackageOf {
            device: dune.device(),
            key_package: made.once[0].clone().into(),
        }],
    };
    keep(
        "member",
        "key_packages",
        &HubFrame::KeyPackages(reply).encode().unwrap(),
    );
    world.commit(PETRA, CommitWish::Update).unwrap();
    let mut delivery = world.delivery(world.log.len() - 1);
    delivery.seq -= 1;
    keep(
        "member",
        "commit",
        &HubFrame::Delivery(delivery).encode().unwrap(),
    );
}

/// The room again, as it is opened.
fn opening(world: &World) {
    let petra = world.members[PETRA].identity.clone();
    let session = world.members[PETRA].session.as_ref().unwrap();
    let text = CharterText {
        salt: [9; 32],
        title: "Operation Saffron".into(),
        playbook: String::new(),
        exercise: false,
    };
    let charter = session.charter().clone();
    let (_, open) = Session::create(petra, NewRoom { charter, text }, world.now).unwrap();
    keep(
        "openings",
        "open",
        &ClientFrame::OpenRoom(open).encode().unwrap(),
    );
    let place = ChunkPlace {
        room: RoomId::from_bytes([7; 16]),
        blob: BlobId::from_bytes([5; 16]),
        chunk: 0,
        chunks: 1,
    };
    let sealed = seal_chunk(&BlobKey::from_bytes([3; 32]), place, b"a photo");
    keep("blobs", "sealed", &sealed.unwrap());
}
