//! A crash with 1,000 members in one room: from the new process's start until the last member has
//! what it missed and is live.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, anyhow};

use crate::clock::Moment;
use crate::deframer::TEXT;
use crate::result::Sample;
use crate::servers::{Hub, Kind, Peer as _, Place};
use crate::world::Layout;

/// Messages that everybody has missed.
const MISSED: u64 = 100;

/// How many come back at once.
const AT_ONCE: usize = 32;

pub(super) fn run(
    kind: Kind,
    layout: &Layout,
    place: &Place<'_>,
    runs: usize,
) -> Result<Vec<Sample>> {
    let mut hub = Hub::start(kind, layout, place)?;
    let head = hub.head(0)?;
    let mut link = hub.connect(0)?;
    for tag in 0..MISSED {
        let mut out = Vec::new();
        hub.publish(0, 0, 1_000 + tag, &mut out);
        link.wire.write_all(&out)?;
        while link.next()?.0 != TEXT {}
    }
    (0..runs)
        .map(|_| {
            let start = Moment::now();
            hub.crash()?;
            let listening = start.elapsed().as_secs_f64();
            come_back(&hub, layout.members, head)?;
            Ok(Sample::from([
                ("seconds", start.elapsed().as_secs_f64()),
                ("seconds to listen", listening),
            ]))
        })
        .collect()
}

fn come_back(hub: &Hub, members: usize, head: u64) -> Result<()> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let member = next.fetch_add(1, Ordering::Relaxed);
                        if member >= members {
                            return Ok(());
                        }
                        let mut link = hub.connect(member)?;
                        hub.follow(&mut link, 0, Some(head))?;
                    }
                })
            })
            .collect();
        for worker in workers {
            worker
                .join()
                .map_err(|_| anyhow!("a thread of the generator panicked"))??;
        }
        Ok(())
    })
}
