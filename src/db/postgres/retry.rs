//! What is tried again, and how often.
//!
//! Only what is certain to have left nothing behind: a connection that never came about, a
//! transaction that the server broke off, one whose connection was lost before its commit was sent.
//! A commit whose answer was lost is never repeated blindly; callers that can tell by their data what
//! became of it look there (claiming a link, making one).

use std::time::Duration;

use tokio_postgres::{Error, error::SqlState};

use crate::{base::random, db::DbError};

/// How often, and for how long in all: a page that waits longer is better told to come back.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(640);

/// Why a run ended without an outcome.
#[derive(Debug)]
pub(super) enum Failure {
    /// It will pass, and nothing was kept. Gives the error when there is no further try.
    Passing(DbError),
    /// Trying again wouldn't help, or isn't safe.
    Final(DbError),
}

impl Failure {
    /// No connection came about.
    pub(super) fn to_connect(error: Error) -> Self {
        // A wrong password stays wrong; whatever else may be a server on its way up or down.
        match error.code() {
            Some(code)
                if code.code().starts_with("28") || *code == SqlState::UNDEFINED_DATABASE =>
            {
                Self::Final(error.into())
            }
            _ => {
                tracing::debug!(%error, "no server that takes writes");
                Self::Passing(DbError::Busy)
            }
        }
    }

    /// A statement failed that stood alone.
    pub(super) fn of(error: Error) -> Self {
        if Self::is_passing(&error) {
            Self::Passing(DbError::Busy)
        } else {
            Self::Final(error.into())
        }
    }

    /// The commit failed.
    pub(super) fn of_commit(error: Error) -> Self {
        match error.code() {
            Some(code) if !leaves_open(code) => {
                // The server says so itself: nothing was kept.
                if Self::is_passing(&error) {
                    Self::Passing(DbError::Busy)
                } else {
                    Self::Final(error.into())
                }
            }
            _ => Self::Final(DbError::Unknown(error.into())),
        }
    }

    /// Whether a failure before the commit will pass.
    pub(super) fn is_passing(error: &Error) -> bool {
        match error.code() {
            None => error.is_closed() || is_io(error),
            Some(code) => {
                // Class 40: the transaction was rolled back. Class 57: the server is going down or
                // coming up (but not a statement that took too long). 25006: it is a standby now.
                code.code().starts_with("40")
                    || (code.code().starts_with("57P"))
                    || *code == SqlState::READ_ONLY_SQL_TRANSACTION
                    || *code == SqlState::TOO_MANY_CONNECTIONS
            }
        }
    }

    /// The error that a caller gets when there is no further try.
    pub(super) fn into_error(self) -> DbError {
        match self {
            Self::Passing(error) | Self::Final(error) => error,
        }
    }
}

/// Whether a commit that was answered so may have happened: 40003 says just that (statement completion
/// unknown); class 08, that a proxy lost the server; class 57P, that the server went down, which it may
/// have noticed after the commit.
fn leaves_open(code: &SqlState) -> bool {
    *code == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
        || code.code().starts_with("08")
        || code.code().starts_with("57P")
}

fn is_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Counts tries and pauses between them.
#[derive(Debug, Default)]
pub(super) struct Attempts(u32);

impl Attempts {
    /// Waits for the next try, or gives the error when there is none.
    pub(super) async fn again_after(&mut self, failure: Failure) -> Result<(), DbError> {
        self.0 += 1;
        match failure {
            Failure::Passing(_) if self.0 < TRIES => {
                tokio::time::sleep(pause(self.0)).await;
                Ok(())
            }
            failure => Err(failure.into_error()),
        }
    }
}

/// Doubles with each try; a random part keeps those who failed together from returning together.
fn pause(attempt: u32) -> Duration {
    let longest = (FIRST_PAUSE * 2_u32.saturating_pow(attempt - 1)).min(LONGEST_PAUSE);
    let share = f64::from(u16::from_be_bytes(random::bytes())) / f64::from(u16::MAX);
    longest.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_are_bounded_and_differ() {
        for attempt in 1..20 {
            let longest = (FIRST_PAUSE * 2_u32.saturating_pow(attempt - 1)).min(LONGEST_PAUSE);
            let pause = pause(attempt);
            assert!(
                pause >= longest / 2 && pause <= longest,
                "{attempt}: {pause:?}"
            );
        }
        let pauses: std::collections::HashSet<_> = (0..20).map(|_| pause(6)).collect();
        assert!(pauses.len() > 10);
    }

    #[test]
    fn what_a_server_on_its_way_down_says_of_a_commit_proves_nothing() {
        for code in ["40003", "08006", "57P01", "57P02"] {
            assert!(leaves_open(&SqlState::from_code(code)), "{code}");
        }
        for code in ["40001", "40P01", "23505", "25006", "53100"] {
            assert!(!leaves_open(&SqlState::from_code(code)), "{code}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_a_few_times_and_what_does_not_never() {
        let mut attempts = Attempts::default();
        for _ in 1..TRIES {
            let passing = Failure::Passing(DbError::Busy);
            assert!(attempts.again_after(passing).await.is_ok());
        }
        let last = attempts.again_after(Failure::Passing(DbError::Busy)).await;
        assert!(matches!(last, Err(DbError::Busy)));
        let lost = Failure::Final(DbError::NotFound);
        assert!(Attempts::default().again_after(lost).await.is_err());
    }
}
