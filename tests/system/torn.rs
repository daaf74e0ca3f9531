//! A device whose process ends at a write to its store: at each one of a whole operation, just before it and just
//! after. It never says two things under one number, its room is there when it comes back, and nothing is lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use entente_client::authority::InviteRequest;
use entente_client::engine::{Engine, EngineEvent, Wish};
use entente_client::enrol::EnrolledDevice;
use entente_client::store::{KdfCost, SealedStore, StoreError};
use entente_client::{HubUrl, Passphrase, now_ms};
use entente_device::Store;
use entente_device::enrol::{EnrolError, enrol, open_device};
use entente_device::platform::Later;
use entente_device::store::{Changes, Records, Scope};
use entente_protocol::{ClientFrame, DeviceId, RoomId};
use entente_room::{Event, Notice, Say, Session};
use entente_tests::{Cast, HubProcess, Member, Wire, room_spec, within};
use entente_trust::{Accreditation, Role, Ticket};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::{CLASSIC, said};

/// Operations that are carried out side by side.
const AT_ONCE: usize = 4;

/// More writes than the operation has.
const NEVER: usize = usize::MAX;

/// When a process ends.
#[derive(Debug, Clone, Copy)]
struct Death {
    at_write: usize,
    is_written: bool,
}

/// A store that lets nothing through from one write on, as if the process were gone.
struct Torn {
    store: SealedStore,
    death: Death,
    writes: Arc<AtomicUsize>,
    is_dead: watch::Sender<bool>,
}

impl Torn {
    /// Whether this write is let through; the last one ends everything.
    async fn write<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.read().await;
        let number = self.writes.fetch_add(1, Ordering::SeqCst);
        if number < self.death.at_write {
            return work.await;
        }
        if self.death.is_written {
            work.await?;
        }
        self.is_dead.send_replace(true);
        core::future::pending().await
    }

    async fn read(&self) {
        if *self.is_dead.borrow() {
            core::future::pending::<()>().await;
        }
    }
}

impl Store for Torn {
    fn scan<'a>(&'a self, prefix: &'a [u8]) -> Later<'a, Result<Records, StoreError>> {
        Box::pin(async move {
            self.read().await;
            Store::scan(&self.store, prefix).await
        })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> Later<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            self.read().await;
            Store::get(&self.store, key).await
        })
    }

    fn apply(&self, changes: Changes) -> Later<'_, Result<(), StoreError>> {
        Box::pin(self.write(Store::apply(&self.store, changes)))
    }

    fn renew(&self, scope: Scope) -> Later<'_, Result<(), StoreError>> {
        Box::pin(self.write(Store::renew(&self.store, scope)))
    }
}

/// The others, who live on.
struct Stage {
    wire: Wire,
    _hub: HubProcess,
    cast: Cast,
    anvil: Member,
    folder: tempfile::TempDir,
}

impl Stage {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut wire = Wire::lay().await;
        let name = wire.address.to_string();
        let hub = HubProcess::start(&folder.path().join("hub"), &["--name", &name]);
        wire.connect(hub.address);
        let url: HubUrl = format!("http://{name}").parse().unwrap();
        let cast = Cast::new(folder.path(), &url, &["JO"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        Self {
            wire,
            _hub: hub,
            cast,
            anvil,
            folder,
        }
    }

    fn url(&self) -> HubUrl {
        format!("http://{}", self.wire.address).parse().unwrap()
    }
}

/// A device that goes through an operation, however often it has to begin again.
struct Operation {
    stage: Arc<Stage>,
    main: tokio::runtime::Handle,
    ticket: Ticket,
    dir: PathBuf,
    room: RoomId,
    /// What it was told is said, or will be.
    promised: std::sync::Mutex<Vec<String>>,
    life: AtomicUsize,
    /// What alarmed it: a message of its own that it does not know was sent before it was stored.
    alarms: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Operation {
    async fn begin(stage: Arc<Stage>, number: usize) -> Self {
        let request = InviteRequest {
            officer: format!("JO-{number}"),
            callsign: format!("Chisel{number}"),
            role: Role::Field,
            valid_ms: 24 * 3_600_000,
            ticket_valid_ms: 3_600_000,
        };
        let ticket = stage.cast.desk("JO").invite(request, now_ms()).unwrap();
        let spec = room_spec(stage.cast.authorities(), CLASSIC);
        let room = within(stage.anvil.engine.open_room(spec)).await.unwrap();
        Self {
            dir: stage.folder.path().join(format!("chisel-{number}")),
            main: tokio::runtime::Handle::current(),
            stage,
            ticket,
            room,
            promised: std::sync::Mutex::default(),
            life: AtomicUsize::new(0),
            alarms: Arc::default(),
        }
    }

    /// One life of the device's process; returns how many writes it has made.
    fn live(&self, death: Death) -> usize {
        self.life.fetch_add(1, Ordering::SeqCst);
        let writes = Arc::new(AtomicUsize::new(0));
        let process = Runtime::new().unwrap();
        process.block_on(async {
            let (is_dead, mut dead) = watch::channel(false);
            let store = Torn {
                store: open_store(&self.dir),
                death,
                writes: writes.clone(),
                is_dead,
            };
            tokio::select! {
                () = self.go_through(Arc::new(store)) => {}
                _ = dead.wait_for(|dead| *dead) => {}
            }
        });
        // Tasks end where they wait, files and sockets are closed: as by SIGKILL.
        process.shutdown_timeout(Duration::from_secs(60));
        writes.load(Ordering::SeqCst)
    }

    /// From enrolment to the last word; what was done in an earlier life is not done again.
    async fn go_through(&self, store: Arc<Torn>) {
        let device = self.device(store).await;
        let me = device.identity.device();
        let engine = Engine::start(device, Some(self.stage.url())).await.unwrap();
        listen(&engine, &self.alarms);
        within(engine.caught_up()).await.unwrap();
        self.be_seated(&engine, me).await;
        for word in ["one", "two"] {
            self.say(&engine, word).await;
        }
        within(engine.commit(self.room, Wish::Update))
            .await
            .unwrap();
        self.hear(&engine).await;
        self.say(&engine, "three").await;
        engine.stop().await;
    }

    async fn device(&self, store: Arc<Torn>) -> EnrolledDevice {
        match open_device(store.clone()).await {
            Ok(device) => device,
            Err(EnrolError::NotEnrolled) => {
                let url = self.stage.url();
                within(enrol(store, &url, &self.ticket, 240_000))
                    .await
                    .unwrap()
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn be_seated(&self, engine: &Engine, me: DeviceId) {
        let (stage, room) = (self.stage.clone(), self.room);
        let admitted = self.main.spawn(async move {
            let sits = move |s: &Session| s.author(me).is_some();
            if !stage.anvil.engine.view(room, sits).await.unwrap() {
                let admit = Wish::Admit(vec![me]);
                let admitted = within(stage.anvil.engine.commit(room, admit)).await;
                // What an earlier life had asked for may have come true meanwhile.
                let sits = stage.anvil.engine.view(room, sits).await.unwrap();
                assert!(sits, "{admitted:?}");
            }
        });
        admitted.await.unwrap();
        within(engine.until(room, Session::is_board_ready))
            .await
            .unwrap();
    }

    async fn say(&self, engine: &Engine, word: &str) {
        let text = format!("{word} in life {}", self.life.load(Ordering::SeqCst));
        let event = Event::Say(Say {
            text: text.clone(),
            urgent: false,
            reply_to: None,
        });
        let queued = engine.queue(self.room, event).await.unwrap();
        self.promised.lock().unwrap().push(text);
        within(queued).await.unwrap().unwrap();
    }

    async fn hear(&self, engine: &Engine) {
        let (stage, room) = (self.stage.clone(), self.room);
        let event = Event::Say(Say {
            text: "Anvil here".to_owned(),
            urgent: false,
            reply_to: None,
        });
        let said = self
            .main
            .spawn(async move { within(stage.anvil.engine.say(room, event)).await });
        let seq = said.await.unwrap().unwrap();
        within(engine.until(self.room, move |s| s.cursor() >= seq))
            .await
            .unwrap();
    }

    /// Everything that was promised was said once, nothing alarmed anybody, and both have the same room.
    fn is_whole(&self, death: Death) {
        let process = Runtime::new().unwrap();
        process.block_on(async {
            let device = open_device(Arc::new(open_store(&self.dir))).await.unwrap();
            let engine = Engine::start(device, Some(self.stage.url())).await.unwrap();
            listen(&engine, &self.alarms);
            within(engine.caught_up()).await.unwrap();
            let state = |s: &Session| {
                (
                    s.cursor(),
                    s.epoch(),
                    s.transcript_hash(),
                    s.board().digest(),
                    said(s),
                )
            };
            let (stage, room) = (self.stage.clone(), self.room);
            // What it had promised before it died is said now; then each has heard what the other one has.
            within(engine.until(room, |s| s.waiting() == 0))
                .await
                .unwrap();
            let head = engine.view(room, Session::cursor).await.unwrap();
            let theirs = self.main.spawn(async move {
                let anvil = &stage.anvil.engine;
                within(anvil.until(room, move |s| s.cursor() >= head))
                    .await
                    .unwrap();
                anvil.view(room, state).await
            });
            let theirs = theirs.await.unwrap().unwrap();
            let head = theirs.0;
            within(engine.until(room, move |s| s.cursor() >= head))
                .await
                .unwrap();
            let ours = engine.view(room, state).await.unwrap();
            assert_eq!(
                (ours.0, ours.1, ours.3),
                (theirs.0, theirs.1, theirs.3),
                "{death:?}"
            );
            for text in self.promised.lock().unwrap().iter() {
                let times = theirs.4.iter().filter(|(_, said)| said == text).count();
                assert_eq!(times, 1, "{death:?}: {text}");
            }
            let mut texts: Vec<&String> = theirs.4.iter().map(|(_, text)| text).collect();
            texts.retain(|text| *text != "Anvil here");
            let all = texts.len();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), all, "{death:?}: nothing is said twice");
            let alarms = std::mem::take(&mut *self.alarms.lock().unwrap());
            assert!(alarms.is_empty(), "{death:?}: {alarms:?}");
            engine.stop().await;
        });
        process.shutdown_timeout(Duration::from_secs(60));
    }
}

/// Notes what alarms a device, as long as its process lives.
fn listen(engine: &Engine, alarms: &Arc<std::sync::Mutex<Vec<String>>>) {
    let mut events = engine.events();
    let alarms = alarms.clone();
    tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            if is_alarm(&event) {
                alarms.lock().unwrap().push(format!("{event:?}"));
            }
        }
    });
}

fn is_alarm(event: &EngineEvent) -> bool {
    matches!(
        event,
        EngineEvent::Room {
            notice: Notice::Security { .. },
            ..
        }
    )
}

fn open_store(dir: &Path) -> SealedStore {
    let passphrase = Passphrase::new("only for tests".to_owned());
    if SealedStore::exists(dir) {
        SealedStore::open(dir, &passphrase).unwrap()
    } else {
        SealedStore::create(dir, &passphrase, KdfCost::Exercise).unwrap()
    }
}

/// The desk answers, whoever asks.
async fn answer(stage: Arc<Stage>) {
    loop {
        let url = stage.url();
        stage
            .cast
            .desk("JO")
            .answer_once(&url, now_ms())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A number stands for one thing. A device that does not know what became of it says it again under the same number,
/// sealed anew, so that the hub can tell; but not twice on one connection.
fn nothing_was_said_twice_under_one_number(wire: &Wire) -> usize {
    let mut messages = 0;
    for payloads in wire.from_devices() {
        let mut seen: BTreeMap<(DeviceId, RoomId, u64, Vec<u8>), Vec<u8>> = BTreeMap::new();
        let mut device = None;
        for frame in payloads
            .iter()
            .filter_map(|it| ClientFrame::decode(it).ok())
        {
            match frame {
                ClientFrame::Hello(hello) => {
                    let chain: Vec<&[u8]> = hello.chain.iter().map(|der| der.as_slice()).collect();
                    device = Accreditation::from_chain(&chain).ok().map(|it| it.device());
                }
                ClientFrame::Send(send) => {
                    let message = send.message.as_slice().to_vec();
                    // Version, wire format, group id, epoch (RFC 9420 §6).
                    let head = message[..2 + 2 + 1 + 16 + 8].to_vec();
                    let place = (device.unwrap(), send.room, send.number, head);
                    let before = seen.entry(place).or_insert_with(|| message.clone());
                    assert!(
                        *before == message,
                        "number {} was used for two",
                        send.number
                    );
                }
                _ => {}
            }
        }
        messages += seen.len();
    }
    messages
}

#[test]
fn a_process_that_ends_at_any_write_loses_nothing_and_repeats_nothing() {
    let main = Runtime::new().unwrap();
    let stage = Arc::new(main.block_on(Stage::set()));
    let desk = main.spawn(answer(stage.clone()));
    let alarms: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    main.block_on(async { listen(&stage.anvil.engine, &alarms) });
    let run = |number: usize, death: Death| {
        let operation = main.block_on(Operation::begin(stage.clone(), number));
        let writes = operation.live(death);
        let is_over = writes <= death.at_write;
        if !is_over {
            // It comes back, and is let live.
            operation.live(Death {
                at_write: NEVER,
                is_written: true,
            });
        }
        operation.is_whole(death);
        (writes, is_over)
    };
    let (writes, is_over) = run(
        0,
        Death {
            at_write: NEVER,
            is_written: true,
        },
    );
    assert!(is_over && writes > 10, "{writes}");

    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let turn = next.fetch_add(1, Ordering::SeqCst);
                        let death = Death {
                            at_write: turn / 2,
                            is_written: turn % 2 == 1,
                        };
                        if death.at_write >= writes {
                            return;
                        }
                        run(turn + 1, death);
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
    desk.abort();
    let messages = nothing_was_said_twice_under_one_number(&stage.wire);
    assert!(
        messages > 2 * writes,
        "{messages} messages of {writes} writes"
    );
    main.block_on(stage.anvil.engine.stop());
    let alarms = alarms.lock().unwrap();
    assert!(alarms.is_empty(), "{alarms:?}");
}
