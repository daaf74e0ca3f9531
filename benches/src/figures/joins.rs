//! Connections a second: TCP, WebSocket, and whatever the server wants to know of who is there.

use std::ops::Range;

use anyhow::Result;

use crate::clock::Moment;
use crate::crowd;
use crate::result::Sample;
use crate::servers::Peer;
use crate::upgrade::Link;

/// Devices that come.
pub(super) const DEVICES: usize = 4_000;

/// Connects members, many at once.
pub(super) fn connect(peer: &dyn Peer, members: Range<usize>) -> Result<Vec<Link>> {
    crowd::links(members, |member| peer.connect(member))
}

/// All devices for the first time, then all of them again, as after a network that was gone.
#[allow(clippy::cast_precision_loss)] // far below 2^52
pub(super) fn run(peer: &dyn Peer) -> Result<Sample> {
    let mut sample = Sample::new();
    for [rate, cost] in [
        ["first joins/s", "first cpu ms/join"],
        ["joins/s", "cpu ms/join"],
    ] {
        let cpu = peer.process().cpu_seconds()?;
        let start = Moment::now();
        let links = connect(peer, 0..DEVICES)?;
        let seconds = start.elapsed().as_secs_f64();
        let cpu = peer.process().cpu_seconds()? - cpu;
        let count = links.len() as f64;
        sample.extend([(rate, count / seconds), (cost, cpu * 1e3 / count)]);
    }
    Ok(sample)
}
