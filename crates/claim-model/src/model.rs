//! Browsers, network, server, owner, sweeper and clock around the row.
//!
//! Requests are not kept as messages. What a browser sends (a claim, an acknowledgement, a wrong
//! passphrase) says the same each time, so one on its way adds nothing to the state: it may arrive
//! at any moment, any number of times, or never. That covers every delay, retry, duplicate and
//! loss, and dishonest browsers too. Answers are kept: what matters is who gets the ciphertext.

use stateright::{Model, Property};

use crate::{
    Variant, properties,
    row::{self, Binder, Ciphertext, Proof, Row, State, Tick, WINDOW, WRONG_PASSPHRASES},
};

pub const BROWSERS: u8 = 3;
/// When the link expires.
pub const EXPIRES_AT: Tick = 2;
/// Where the clock stops: after the last window has ended and was swept.
pub const HORIZON: Tick = EXPIRES_AT + WINDOW + 1;
/// How far the clock may stand behind the high-water mark before claims are refused.
pub const TOLERANCE: Tick = 1;
/// How often the clock is set back.
pub const SET_BACKS: u8 = 2;

/// One browser, as far as the network and the server see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Browser {
    /// The server has read the row for it, and not yet written ([`Variant::ReadsThenWrites`]).
    pub checked: bool,
    /// The ciphertext is on its way to it.
    pub answered: bool,
}

/// What an onlooker knows who sees everything and forgets nothing. The server can't look here: the
/// properties compare what it did with what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Witness {
    /// The browsers to which the ciphertext was sent, as bits.
    pub sent_to: u8,
    /// The browsers that received it, as bits.
    pub received_by: u8,
    /// Who claimed first, and when.
    pub first: Option<(Binder, Tick)>,
    /// How often the ciphertext was sent.
    pub sent: u8,
    /// The first claimer has acknowledged.
    pub acked: bool,
    /// An owner took the link back.
    pub revoked: bool,
    /// Wrong passphrases while the link was live.
    pub wrong_passphrases: u8,
    /// Somebody new was sent the ciphertext of a claimed or dead link.
    pub served_dead: bool,
    /// Somebody was sent it although the window of the first claim was over.
    pub served_after_window: bool,
    /// The sweeper has run over the dead link.
    pub swept_dead: bool,
    /// The server died while the ciphertext was on its way to a browser that didn't have it yet.
    pub lost_in_crash: bool,
    /// The latest instant at which the server did anything, and that as of the last sweep. A crash
    /// takes the first back to the second: what the server did since the sweep it can't know any
    /// more, so killed *and* set back within one tick it may go by an instant it had passed.
    pub latest: Tick,
    pub latest_swept: Tick,
}

/// All there is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The row as it is on disk.
    pub row: Row,
    /// The row as it would be on disk, had it been flushed ([`Variant::AnswersBeforeCommit`]).
    pub unflushed: Option<Row>,
    pub browsers: [Browser; BROWSERS as usize],
    pub clock: Tick,
    pub set_backs: u8,
    /// The high-water mark in memory and on disk.
    pub mark: Tick,
    pub mark_on_disk: Tick,
    /// The sweeper ran since the clock last moved.
    pub swept: bool,
    pub witness: Witness,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A browser's claim arrives, its first or a retry: the server runs it and commits it.
    Claim(Binder),
    /// The second half of a claim in two steps.
    Write(Binder),
    /// The answer arrives.
    Receive(Binder),
    /// The network drops the answer.
    DropAnswer(Binder),
    /// An acknowledgement arrives, honest or not.
    Ack(Binder),
    /// A claim with a wrong passphrase arrives.
    WrongPassphrase,
    /// An owner takes the link back.
    Revoke,
    /// The sweeper runs, and persists the high-water mark.
    Sweep,
    /// The disk catches up.
    Flush,
    /// `kill -9`, and a start from what is on disk. No answer that is on its way arrives.
    Crash,
    /// Time passes; the sweeper doesn't miss a tick.
    Tick,
    /// The clock is set back.
    SetBack(Tick),
}

/// The protocol or a broken variant of it, to be checked.
pub struct Claims(pub Variant);

impl Model for Claims {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            row: Row::new(EXPIRES_AT),
            unflushed: None,
            browsers: Default::default(),
            clock: 0,
            set_backs: SET_BACKS,
            mark: 0,
            mark_on_disk: 0,
            swept: false,
            witness: Witness::default(),
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (binder, browser) in (0..).zip(&world.browsers) {
            actions.push(Action::Claim(binder));
            if browser.checked {
                actions.push(Action::Write(binder));
            }
            if browser.answered {
                actions.extend([Action::Receive(binder), Action::DropAnswer(binder)]);
            }
            actions.push(Action::Ack(binder));
        }
        actions.extend([Action::WrongPassphrase, Action::Revoke, Action::Sweep]);
        actions.extend([Action::Flush, Action::Crash]);
        if world.swept && world.clock < HORIZON {
            actions.push(Action::Tick);
        }
        if world.set_backs > 0 {
            actions.extend((0..world.clock).map(Action::SetBack));
        }
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Claim(binder) => self.claim(&mut world, binder),
            Action::Write(binder) => self.write(&mut world, binder),
            Action::Receive(binder) => {
                world.browser(binder).answered = false;
                world.witness.received_by |= 1 << binder;
            }
            Action::DropAnswer(binder) => world.browser(binder).answered = false,
            Action::Ack(binder) => self.ack(&mut world, binder),
            Action::WrongPassphrase => self.wrong_passphrase(&mut world),
            Action::Revoke => {
                let row = row::revoke(world.current());
                self.commit(&mut world, row);
                world.witness.revoked = true;
            }
            Action::Sweep => self.sweep(&mut world),
            Action::Flush => world.flush(),
            Action::Crash => world.crash(),
            Action::Tick => world.set_clock(world.clock + 1),
            Action::SetBack(to) => {
                world.set_clock(to);
                world.set_backs -= 1;
            }
        }
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl Claims {
    /// The instant that the server goes by, or nothing when the clock is too far behind the mark.
    pub fn now(&self, world: &World) -> Option<Tick> {
        match self.0 {
            Variant::NoHighWaterMark => Some(world.clock),
            _ if world.clock + TOLERANCE < world.mark => None,
            Variant::TrustsClockWithinTolerance => Some(world.clock),
            _ => Some(world.clock.max(world.mark)),
        }
    }

    /// What a claim does to the row at `now`.
    pub fn outcome(
        &self,
        row: &Row,
        proof: Proof,
        binder: Binder,
        now: Tick,
    ) -> (Row, Option<Ciphertext>) {
        let mut seen = row.clone();
        match self.0 {
            Variant::RedeliversToAnybody if row.binder.is_some() => seen.binder = Some(binder),
            Variant::RedeliversForever => seen.redelivered = 0,
            Variant::IgnoresPassphrase => seen.v1 = None,
            Variant::IgnoresRevoke => seen.revoked = false,
            Variant::IgnoresExpiry => seen.expires_at = Tick::MAX,
            Variant::IgnoresLock if row.state == State::Locked => seen.state = State::Live,
            _ => {}
        }
        let (claimed, ct) = row::claim(&seen, proof, binder, now);
        if ct.is_none() {
            return (row.clone(), None);
        }
        let Row {
            v1,
            revoked,
            expires_at,
            ..
        } = *row;
        (
            Row {
                v1,
                revoked,
                expires_at,
                ..claimed
            },
            ct,
        )
    }

    fn claim(&self, world: &mut World, binder: Binder) {
        let Some(now) = self.now(world) else { return };
        world.act_at(now);
        let (row, ct) = self.outcome(world.current(), Proof::RIGHT, binder, now);
        if ct.is_none() {
            return;
        }
        if self.0 == Variant::ReadsThenWrites {
            world.browser(binder).checked = true;
        } else {
            self.commit(world, row);
            world.answer(binder, now);
        }
    }

    fn write(&self, world: &mut World, binder: Binder) {
        world.browser(binder).checked = false;
        let Some(now) = self.now(world) else { return };
        let claimed = Row {
            state: State::Claimed,
            binder: Some(binder),
            redeliver_until: Some(now + WINDOW),
            ..world.current().clone()
        };
        self.commit(world, claimed);
        world.answer(binder, now);
    }

    fn ack(&self, world: &mut World, binder: Binder) {
        let before = world.current();
        let mut row = match (self.0, before.binder) {
            (Variant::AcksFromAnybody, Some(theirs)) => row::ack(before, Proof::RIGHT, theirs),
            _ => row::ack(before, Proof::RIGHT, binder),
        };
        if self.0 == Variant::AckKeepsCiphertext {
            row.ct = before.ct;
        }
        self.commit(world, row);
        world.witness.acked |= world
            .witness
            .first
            .is_some_and(|(first, _)| first == binder);
    }

    fn wrong_passphrase(&self, world: &mut World) {
        let before = world.current();
        let mut row = row::count_wrong(before, Proof::WRONG_PASSPHRASE);
        if self.0 == Variant::LocksClaimed && before.state == State::Claimed {
            row.state = State::Locked;
        }
        self.commit(world, row);
        let witness = &mut world.witness;
        if witness.first.is_none() && !witness.revoked {
            witness.wrong_passphrases = WRONG_PASSPHRASES.min(witness.wrong_passphrases + 1);
        }
    }

    fn sweep(&self, world: &mut World) {
        let now = match self.0 {
            Variant::NoHighWaterMark | Variant::SweepsByClock => world.clock,
            _ => world.clock.max(world.mark),
        };
        let before = world.current();
        let mut row = row::sweep(before, now);
        match self.0 {
            Variant::SweepsLiveOnly if before.state != State::Live => row.ct = before.ct,
            Variant::SweepsByExpiry if before.expires_at <= now => row.ct = None,
            _ => {}
        }
        self.commit(world, row);
        world.flush();
        world.act_at(now);
        world.mark_on_disk = world.mark;
        world.witness.latest_swept = world.witness.latest;
        world.witness.swept_dead |= world.witness.is_dead();
        world.swept = true;
    }

    fn commit(&self, world: &mut World, row: Row) {
        match self.0 {
            Variant::AnswersBeforeCommit if row != *world.current() => world.unflushed = Some(row),
            Variant::AnswersBeforeCommit => {}
            _ => world.row = row,
        }
    }
}

impl Witness {
    /// Nobody new may get the link's item, even if nobody got it so far.
    pub fn is_dead(&self) -> bool {
        self.revoked
            || self.wrong_passphrases >= WRONG_PASSPHRASES
            || (self.first.is_none() && self.latest >= EXPIRES_AT)
    }

    /// Not even the browser that claimed may get it again.
    pub fn window_is_over(&self) -> bool {
        self.first.is_some_and(|(_, at)| self.latest >= at + WINDOW)
    }
}

impl World {
    fn browser(&mut self, binder: Binder) -> &mut Browser {
        &mut self.browsers[usize::from(binder)]
    }

    /// The row as the server sees it.
    pub fn current(&self) -> &Row {
        self.unflushed.as_ref().unwrap_or(&self.row)
    }

    fn act_at(&mut self, now: Tick) {
        self.mark = self.mark.max(now);
        self.witness.latest = self.witness.latest.max(now);
    }

    fn answer(&mut self, binder: Binder, now: Tick) {
        self.browser(binder).answered = true;
        let witness = &mut self.witness;
        let new = witness.sent_to & (1 << binder) == 0;
        witness.served_dead |= new && (witness.first.is_some() || witness.is_dead());
        witness.served_after_window |= witness.window_is_over();
        witness.sent_to |= 1 << binder;
        witness.sent = witness.sent.saturating_add(1);
        witness.first = witness.first.or(Some((binder, now)));
    }

    fn flush(&mut self) {
        if let Some(row) = self.unflushed.take() {
            self.row = row;
        }
    }

    fn crash(&mut self) {
        self.unflushed = None;
        for (binder, browser) in (0..).zip(&mut self.browsers) {
            let received = self.witness.received_by & (1u8 << binder) != 0;
            self.witness.lost_in_crash |= browser.answered && !received;
            browser.answered = false;
            browser.checked = false;
        }
        self.mark = self.mark_on_disk;
        self.witness.latest = self.witness.latest_swept;
    }

    fn set_clock(&mut self, to: Tick) {
        self.clock = to;
        self.swept = false;
    }
}
