//! Work on all cores whose results come back in order.

use std::{io, num::NonZero, sync::mpsc, thread};

/// Enough items that handing over a result costs nothing beside making it.
const CHUNK: usize = 512;

/// How many results a worker may be ahead: with it, memory does not grow with the number of items.
const AHEAD: usize = 2;

/// Does `work` on chunks of the items, on every core, and hands the results to `take` in the
/// order of the items.
///
/// # Errors
/// The first error of `take`, which ends the work, or that no thread could be started.
pub(super) fn in_order<'a, T: Sync, R: Send>(
    items: &'a [T],
    work: impl Fn(&'a [T]) -> R + Sync,
    mut take: impl FnMut(R) -> io::Result<()>,
) -> io::Result<()> {
    let chunks = items.len().div_ceil(CHUNK);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let workers = cores.min(chunks);
    thread::scope(|scope| {
        let mut lanes = Vec::with_capacity(workers);
        for first in 0..workers {
            let (sender, lane) = mpsc::sync_channel(AHEAD);
            let work = &work;
            thread::Builder::new().spawn_scoped(scope, move || {
                for chunk in items.chunks(CHUNK).skip(first).step_by(workers) {
                    if sender.send(work(chunk)).is_err() {
                        return;
                    }
                }
            })?;
            lanes.push(lane);
        }
        // The chunks were dealt out in turn, so they are collected in turn.
        for lane in lanes.iter().cycle().take(chunks) {
            take(lane.recv().map_err(io::Error::other)?)?;
        }
        Ok(())
    })
}
