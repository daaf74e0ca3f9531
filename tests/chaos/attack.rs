//! How long members wait for each other while somebody floods the hub, beside how long they wait in peace.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use entente_client::engine::Wish;
use entente_protocol::{ClientControl, ClientFrame, CommitBundle, HubControl, RoomId, limits};
use entente_room::{Identity, Session};
use entente_tests::{Cast, FIN, HubProcess, Member, Plain, masked, opcode, within};
use entente_trust::Role;

use crate::report::put;
use crate::{CLASSIC, said, say, told};

const BEGIN: &str = "<!-- attack: begin -->";
const END: &str = "<!-- attack: end -->";

/// Who floods at once.
const FLOODERS: usize = 8;

/// Messages that are timed, in peace and under each flood; in `make test` only that all arrive is looked at.
const TIMED: u32 = 40;

/// A message every so often: what people say, not as fast as it goes.
const PACE: Duration = Duration::from_millis(25);

type Flood = fn(&mut Plain, RoomId, u32) -> Vec<u8>;

/// Name, and the bytes that a flooder sends again and again.
const FLOODS: [(&str, Flood); 5] = [
    ("pings", |_, _, _| masked(FIN | opcode::PING, &[7; 100])),
    ("commits", |_, room, number| {
        let bundle = ClientFrame::Commit(CommitBundle {
            request: number,
            room,
            number: 1_000 + u64::from(number),
            commit: vec![7; 2_000].into(),
            welcome: None,
            group_info: vec![7; 2_000].into(),
        });
        masked(FIN | opcode::BINARY, &bundle.encode().unwrap())
    }),
    ("directories", |_, _, number| {
        let ask = ClientControl::Directory {
            request: number,
            country: None,
        };
        masked(FIN | opcode::TEXT, ask.encode().as_bytes())
    }),
    ("what is no frame", |_, _, _| {
        masked(FIN | opcode::BINARY, &[0xee; 2_000])
    }),
    ("giant frames", |_, _, _| {
        masked(FIN | opcode::BINARY, &vec![7; limits::MAX_FRAME_BYTES])
    }),
];

/// Connects again and again from `address` and sends without end, reading as little as it can.
async fn flood(
    hub: Arc<HubProcess>,
    (address, identity): (String, Arc<Identity>),
    room: RoomId,
    flood: Flood,
    stop: Arc<AtomicBool>,
) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut plain) = Plain::connect_from(&address, hub.address).await else {
            continue;
        };
        let answer = plain.try_greet(&hub, &identity).await;
        if !matches!(answer, Some(HubControl::Ready { .. })) {
            continue;
        }
        while !stop.load(Ordering::Relaxed) && !plain.is_ended() {
            number += 1;
            let bytes = flood(&mut plain, room, number);
            let sent = tokio::time::timeout(Duration::from_millis(200), plain.send(&bytes)).await;
            if !matches!(sent, Ok(true)) {
                break;
            }
        }
    }
}

/// Where flooders run: elsewhere, in life. Here they take what members and hub leave of the processors, and no more, or what is
/// measured would be how these are shared.
fn outside() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .on_thread_start(|| {
            // …/PROCESS/task/THREAD
            let thread = std::fs::read_link("/proc/thread-self").unwrap();
            let idle = Command::new("chrt")
                .args(["--idle", "--pid", "0"])
                .arg(thread.file_name().unwrap())
                .status();
            assert!(idle.unwrap().success());
        })
        .build()
        .unwrap()
}

/// From saying to hearing, milliseconds: median and 99th percentile.
#[allow(clippy::disallowed_methods)] // what is measured is time
async fn waits(room: RoomId, (from, to): (&Member, &Member), count: u32, name: &str) -> (f64, f64) {
    let mut waits = Vec::new();
    for number in 0..count {
        let text = format!("{name} {number}");
        let began = Instant::now();
        let seq = within(from.engine.say(room, say(&text))).await.unwrap();
        let heard = move |session: &Session| session.cursor() >= seq;
        within(to.engine.until(room, heard)).await.unwrap();
        waits.push(began.elapsed().as_secs_f64() * 1_000.0);
        assert!(
            to.engine
                .view(room, said)
                .await
                .unwrap()
                .contains(&(seq, text))
        );
        tokio::time::sleep(PACE).await;
    }
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share).round() as usize];
    (at(0.5), at(0.99))
}

#[tokio::test(flavor = "multi_thread")]
async fn members_hear_each_other_through_floods() {
    let folder = tempfile::tempdir().unwrap();
    // Of the machine itself too: this is where the floods come from, each from an address of its own.
    let rate = limits::REQUESTS_PER_SECOND_PER_ADDRESS.to_string();
    let hub = Arc::new(HubProcess::start(
        &folder.path().join("hub"),
        &["--requests-per-second-per-address", &rate],
    ));
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    let mut flooders = Vec::new();
    for number in 0..FLOODERS {
        let member = cast
            .member("JO", &format!("Flooder{number}"), Role::Field)
            .await;
        let admit = Wish::Admit(vec![member.identity.device()]);
        within(anvil.engine.commit(room, admit)).await.unwrap();
        let ready = member.engine.until(room, Session::is_board_ready);
        within(ready).await.unwrap();
        member.engine.stop().await;
        flooders.push(member.identity);
    }
    let count = told("ENTENTE_CHAOS_TIMED", TIMED);
    let pair = (&anvil, &bellows);
    let outside = outside();
    let calm = waits(room, pair, count, "calm").await;
    let resident = hub.resident_bytes();
    for (name, bytes) in FLOODS {
        let stop = Arc::new(AtomicBool::new(false));
        let flooding: Vec<_> = flooders
            .iter()
            .enumerate()
            .map(|(number, identity)| {
                outside.spawn(flood(
                    hub.clone(),
                    (format!("127.0.0.{}", 10 + number), identity.clone()),
                    room,
                    bytes,
                    stop.clone(),
                ))
            })
            .collect();
        let attacked = waits(room, pair, count, name).await;
        let more = hub.resident_bytes().saturating_sub(resident) >> 20;
        stop.store(true, Ordering::Relaxed);
        for one in flooding {
            within(one).await.unwrap();
        }
        let row = format!(
            "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {more} |",
            calm.0,
            calm.1,
            attacked.0,
            attacked.1,
            attacked.1 / calm.1
        );
        eprintln!("{row}");
        put(BEGIN, END, name, &row);
        // What all their frames together may take, and no more.
        let bound = FLOODERS as u64 * 2 * limits::MAX_FRAME_BYTES as u64 + (64 << 20);
        assert!(hub.resident_bytes() < resident + bound, "{more} MiB more");
    }
    outside.shutdown_background();
}
