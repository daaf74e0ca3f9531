//! Many who come at once.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, anyhow};

use crate::upgrade::Link;

/// How many are on their way at once.
const AT_ONCE: usize = 32;

/// Opens a link for each member, many at once; they are returned in the members' order.
pub(crate) fn links(
    members: Range<usize>,
    open: impl Fn(usize) -> Result<Link> + Sync,
) -> Result<Vec<Link>> {
    let next = AtomicUsize::new(members.start);
    let come = || {
        let mut links = Vec::new();
        loop {
            let member = next.fetch_add(1, Ordering::Relaxed);
            if member >= members.end {
                return Ok(links);
            }
            links.push((member, open(member)?));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(come)).collect();
        let mut all = Vec::with_capacity(members.len());
        for worker in workers {
            let links: Result<Vec<_>> = worker
                .join()
                .map_err(|_| anyhow!("a thread of the generator panicked"))?;
            all.extend(links?);
        }
        anyhow::Ok(all)
    })?;
    all.sort_unstable_by_key(|(member, _)| *member);
    Ok(all.into_iter().map(|(_, link)| link).collect())
}
