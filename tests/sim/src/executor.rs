//! Tasks and timers on one thread, in an order that chance gives. Time stands still while a task runs,
//! and is moved on by whoever runs the executor.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use entente_device::platform::Later;

use crate::chance::Chance;

/// A process that can be killed: all of its tasks with it.
pub(crate) type ProcessId = u64;

type TaskId = u64;

/// Polls without time moving on, after which something turns in circles.
const MAX_POLLS: usize = 1_000_000;

/// What tasks reach.
#[derive(Default)]
pub(crate) struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    now_ms: u64,
    next: u64,
    ready: Vec<TaskId>,
    timers: BTreeMap<(u64, u64), Waker>,
    spawned: Vec<(TaskId, ProcessId, Later<'static, ()>)>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // There is one thread; after a panic nothing goes on.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct TaskWaker {
    shared: Arc<Shared>,
    task: TaskId,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let mut state = lock(&self.shared.0);
        if !state.ready.contains(&self.task) {
            state.ready.push(self.task);
        }
    }
}

impl Shared {
    /// True time, which nobody in the simulation knows, milliseconds since it began.
    pub(crate) fn now_ms(&self) -> u64 {
        lock(&self.0).now_ms
    }

    pub(crate) fn spawn(&self, process: ProcessId, task: Later<'static, ()>) {
        let mut state = lock(&self.0);
        let id = state.next;
        state.next += 1;
        state.spawned.push((id, process, task));
    }

    pub(crate) fn sleep(self: &Arc<Self>, wait_ms: u64) -> Sleep {
        Sleep {
            until_ms: self.now_ms().saturating_add(wait_ms),
            shared: self.clone(),
            timer: None,
        }
    }
}

/// Waits for a time.
pub(crate) struct Sleep {
    shared: Arc<Shared>,
    until_ms: u64,
    timer: Option<(u64, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let until_ms = self.until_ms;
        let shared = self.shared.clone();
        let mut state = lock(&shared.0);
        if state.now_ms >= until_ms {
            return Poll::Ready(());
        }
        let key = *self.timer.get_or_insert_with(|| {
            state.next += 1;
            (until_ms, state.next)
        });
        let before = state.timers.insert(key, context.waker().clone());
        drop(state);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.timer {
            let waker = lock(&self.shared.0).timers.remove(&key);
            drop(waker);
        }
    }
}

struct Task {
    process: ProcessId,
    future: Later<'static, ()>,
    waker: Waker,
}

/// Runs the tasks.
pub(crate) struct Executor {
    pub(crate) shared: Arc<Shared>,
    tasks: BTreeMap<TaskId, Task>,
    chance: Chance,
}

impl Executor {
    pub(crate) fn new(chance: Chance) -> Self {
        Self {
            shared: Arc::default(),
            tasks: BTreeMap::new(),
            chance,
        }
    }

    /// Runs tasks until none can go on before time does.
    pub(crate) fn run(&mut self) {
        for _ in 0..MAX_POLLS {
            self.adopt();
            let id = {
                let mut state = lock(&self.shared.0);
                if state.ready.is_empty() {
                    return;
                }
                let place = self.chance.below(state.ready.len());
                state.ready.remove(place)
            };
            let Some(mut task) = self.tasks.remove(&id) else {
                continue;
            };
            let waker = task.waker.clone();
            let polled = task.future.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_pending() {
                self.tasks.insert(id, task);
            }
        }
        panic!("tasks turn in circles while time stands still");
    }

    fn adopt(&mut self) {
        let spawned = core::mem::take(&mut lock(&self.shared.0).spawned);
        for (id, process, future) in spawned {
            let waker = Waker::from(Arc::new(TaskWaker {
                shared: self.shared.clone(),
                task: id,
            }));
            let task = Task {
                process,
                future,
                waker,
            };
            self.tasks.insert(id, task);
            lock(&self.shared.0).ready.push(id);
        }
    }

    /// Ends a process where it stands, as a power cut would.
    pub(crate) fn kill(&mut self, process: ProcessId) {
        self.adopt();
        let (dead, alive) = core::mem::take(&mut self.tasks)
            .into_iter()
            .partition(|(_, task)| task.process == process);
        self.tasks = alive;
        drop::<BTreeMap<TaskId, Task>>(dead);
    }

    /// When the next timer is due.
    pub(crate) fn next_timer(&self) -> Option<u64> {
        let state = lock(&self.shared.0);
        state.timers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Moves time on and wakes what waited for it.
    pub(crate) fn advance(&mut self, now_ms: u64) {
        let mut due = Vec::new();
        {
            let mut state = lock(&self.shared.0);
            state.now_ms = state.now_ms.max(now_ms);
            while let Some(entry) = state.timers.first_entry() {
                if entry.key().0 > now_ms {
                    break;
                }
                due.push(entry.remove());
            }
        }
        due.into_iter().for_each(Waker::wake);
    }
}
