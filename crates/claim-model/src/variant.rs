//! The protocol, and the ways in which it is broken on purpose.

/// What the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The protocol as it is.
    Sound,
    /// Reads whether the link may be claimed, and writes in a second statement.
    ReadsThenWrites,
    /// Answers before the claim is durable.
    AnswersBeforeCommit,
    /// Gives the item again without looking whose claim it was.
    RedeliversToAnybody,
    /// Forgets `redelivered < 5`.
    RedeliversForever,
    /// Forgets `revoked_at IS NULL`.
    IgnoresRevoke,
    /// Forgets `expires_at > $now`.
    IgnoresExpiry,
    /// Lets a locked link be claimed like a live one.
    IgnoresLock,
    /// Forgets `v1 = $h1`.
    IgnoresPassphrase,
    /// Takes an acknowledgement from any browser.
    AcksFromAnybody,
    /// Marks an acknowledged link, and keeps its ciphertext.
    AckKeepsCiphertext,
    /// Sweeps live links only.
    SweepsLiveOnly,
    /// Sweeps whatever has expired, also when its browser may still ask again.
    SweepsByExpiry,
    /// Sweeps by the clock as it is, also when it stands behind the high-water mark.
    SweepsByClock,
    /// Counts wrong passphrases also after the claim, and locks the claimed link.
    LocksClaimed,
    /// Keeps no high-water mark.
    NoHighWaterMark,
    /// Keeps the mark and refuses when the clock is far behind it, but otherwise takes the clock
    /// as it is instead of the later of the two.
    TrustsClockWithinTolerance,
}
