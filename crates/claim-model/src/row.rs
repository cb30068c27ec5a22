//! A link's row and the statements over it. Each function is one statement: it sees the row as it
//! is committed and gives the row as it will be committed. There is nothing in between.

/// An instant. One tick stands for the sweeper's period: a minute.
pub type Tick = u8;

/// The cookie by which the server knows a browser again.
pub type Binder = u8;

/// How long a browser that claimed may ask again.
pub const WINDOW: Tick = 2;

/// How often it may.
pub const REDELIVERIES: u8 = 5;

/// How many wrong passphrases lock a link (20 in earnest; two show the same).
pub const WRONG_PASSPHRASES: u8 = 2;

/// Whether there is a ciphertext is all that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ciphertext;

/// SHA-256 of an `auth`; small numbers do.
pub type Hash = u8;

/// The column `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody claimed it yet.
    Live,
    /// One browser did.
    Claimed,
    /// Too many wrong passphrases.
    Locked,
}

/// The row of a one-time link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub v0: Hash,
    pub v1: Option<Hash>,
    pub state: State,
    pub binder: Option<Binder>,
    pub redeliver_until: Option<Tick>,
    pub redelivered: u8,
    pub expires_at: Tick,
    pub wrong_passphrases: u8,
    pub acked: bool,
    pub revoked: bool,
    pub ct: Option<Ciphertext>,
}

/// What a request proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Proof {
    pub h: Hash,
    pub h1: Hash,
}

impl Proof {
    /// Of somebody who has link and passphrase.
    pub const RIGHT: Self = Self { h: 1, h1: 1 };
    /// Of somebody who has the link only.
    pub const WRONG_PASSPHRASE: Self = Self { h: 1, h1: 0 };
    /// Of somebody who has nothing.
    pub const GUESS: Self = Self { h: 0, h1: 0 };
}

impl Row {
    /// A new link with a passphrase.
    pub fn new(expires_at: Tick) -> Self {
        Self {
            v0: Proof::RIGHT.h,
            v1: Some(Proof::RIGHT.h1),
            state: State::Live,
            binder: None,
            redeliver_until: None,
            redelivered: 0,
            expires_at,
            wrong_passphrases: 0,
            acked: false,
            revoked: false,
            ct: Some(Ciphertext),
        }
    }
}

/// ```sql
/// UPDATE links SET
///   binder          = CASE state WHEN 'live' THEN $binder ELSE binder END,
///   redeliver_until = CASE state WHEN 'live' THEN $now + 600000 ELSE redeliver_until END,
///   redelivered     = CASE state WHEN 'live' THEN 0 ELSE redelivered + 1 END,
///   state = 'claimed'
/// WHERE lid = $lid AND v0 = $h AND (v1 IS NULL OR v1 = $h1)
///   AND ct IS NOT NULL AND revoked_at IS NULL
///   AND ((state = 'live' AND expires_at > $now)
///     OR (state = 'claimed' AND binder = $binder AND redeliver_until > $now AND redelivered < 5))
/// RETURNING …
/// ```
pub fn claim(row: &Row, proof: Proof, binder: Binder, now: Tick) -> (Row, Option<Ciphertext>) {
    let matches = row.v0 == proof.h
        && row.v1.is_none_or(|v1| v1 == proof.h1)
        && row.ct.is_some()
        && !row.revoked
        && ((row.state == State::Live && row.expires_at > now)
            || (row.state == State::Claimed
                && row.binder == Some(binder)
                && row.redeliver_until.is_some_and(|until| until > now)
                && row.redelivered < REDELIVERIES));
    if !matches {
        return (row.clone(), None);
    }
    let live = row.state == State::Live;
    let claimed = Row {
        binder: if live { Some(binder) } else { row.binder },
        redeliver_until: if live {
            Some(now + WINDOW)
        } else {
            row.redeliver_until
        },
        redelivered: if live { 0 } else { row.redelivered + 1 },
        state: State::Claimed,
        ..row.clone()
    };
    (claimed, row.ct)
}

/// Counts a wrong passphrase of somebody who proved the link. Only while the link is live: after
/// that it would take the item from the browser that claimed it.
pub fn count_wrong(row: &Row, proof: Proof) -> Row {
    let wrong = row.v0 == proof.h && row.v1.is_some_and(|v1| v1 != proof.h1);
    if !wrong || row.state != State::Live || row.revoked {
        return row.clone();
    }
    let count = row.wrong_passphrases + 1;
    let state = if count >= WRONG_PASSPHRASES {
        State::Locked
    } else {
        row.state
    };
    Row {
        wrong_passphrases: count,
        state,
        ..row.clone()
    }
}

/// The browser that claimed has shown the item: the ciphertext goes at once.
pub fn ack(row: &Row, proof: Proof, binder: Binder) -> Row {
    if row.v0 == proof.h && row.state == State::Claimed && row.binder == Some(binder) {
        Row {
            acked: true,
            ct: None,
            ..row.clone()
        }
    } else {
        row.clone()
    }
}

/// An owner takes the link back.
pub fn revoke(row: &Row) -> Row {
    Row {
        revoked: true,
        ..row.clone()
    }
}

/// Erases what nobody may get any more. A claimed link is kept until its window ends, even when it
/// expires in between: its browser was promised to get it again.
pub fn sweep(row: &Row, now: Tick) -> Row {
    let over = match row.state {
        State::Live => row.expires_at <= now,
        State::Claimed => row.redeliver_until.is_none_or(|until| until <= now),
        State::Locked => true,
    };
    if over || row.revoked {
        Row {
            ct: None,
            ..row.clone()
        }
    } else {
        row.clone()
    }
}
