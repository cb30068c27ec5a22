//! Whether the disk refused to keep something.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

/// Raised when a sync failed, of the write-ahead log or of the file. What the disk holds isn't known from
/// then on, and a second sync may succeed without having written anything: so nothing may be written, nor
/// folded in, until the file was opened anew. SQLite then reads the log from its beginning, and writes all
/// of it once more.
#[derive(Clone, Debug, Default)]
pub(super) struct DiskFault(Arc<AtomicBool>);

impl DiskFault {
    /// Says so in the log, the first time.
    pub(super) fn raise(&self, error: &dyn std::fmt::Display) {
        if !self.0.swap(true, SeqCst) {
            tracing::error!(%error, "THE DISK REFUSED TO KEEP WHAT WAS WRITTEN: nothing is written any more \
                until the server is started again; look after the disk first");
        }
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(SeqCst)
    }
}
