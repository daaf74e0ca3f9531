//! Memory of connections that say nothing.

use anyhow::Result;

use super::joins;
use crate::result::Sample;
use crate::servers::Peer;

/// Connections before the first look, so that what is made once is not counted.
const WARM_UP: usize = 100;

#[allow(clippy::cast_precision_loss)] // far below 2^52
pub(super) fn run(peer: &dyn Peer, members: usize) -> Result<Sample> {
    let first = joins::connect(peer, 0..WARM_UP)?;
    let before = peer.process().resident_kib()?;
    let others = joins::connect(peer, WARM_UP..members)?;
    let after = peer.process().resident_kib()?;
    let count = others.len() as f64;
    drop((first, others));
    Ok(Sample::from([
        ("KiB/connection", (after - before) / count),
        ("MiB in all", after / 1_024.0),
    ]))
}
