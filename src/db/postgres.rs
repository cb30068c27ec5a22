//! PostgreSQL: a pool of connections to whichever server of the list takes writes, transactions that
//! are run again where that is safe, hints between nodes.

mod hints;
mod retry;
mod tls;
mod tx;

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_postgres::{Config, config::TargetSessionAttrs};

use super::{DbError, Lane, PostgresUrl, Query, Row, Tx, migrate};
use retry::{Attempts, Failure};
pub(super) use tx::PgTx;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one server may take to accept a connection before the next of the list is tried.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a server may be silent before a connection to it counts as lost.
const SILENCE: Duration = Duration::from_secs(10);
/// How many transactions of guests wait for a connection, for each connection there is: beyond,
/// they hear "busy" at once.
const GUESTS_WAITING: usize = 16;

#[derive(Debug)]
pub(super) struct Postgres {
    pool: Pool,
    /// Leave connections to members, whatever guests and the background write. Reads take no turns.
    guests: Turns,
    background: Turns,
    hints: hints::Hints,
}

/// Turns on the connections for one lane, and how many may wait for theirs.
#[derive(Debug)]
struct Turns {
    running: Semaphore,
    admitted: Semaphore,
}

impl Turns {
    fn new(running: usize, waiting: usize) -> Self {
        Self {
            running: Semaphore::new(running),
            admitted: Semaphore::new(running + waiting),
        }
    }
}

impl Postgres {
    /// Connects and migrates.
    pub(super) async fn open(url: PostgresUrl, connections: usize) -> Result<Self, DbError> {
        let config = config(&url);
        let connections = connections.max(4);
        let pool = pool(&config, &url, connections)?;
        migrate_with(&pool).await?;
        let most = connections - connections / 4;
        Ok(Self {
            guests: Turns::new(most, most * GUESTS_WAITING),
            background: Turns::new((connections / 4).max(1), connections),
            hints: hints::Hints::start(config, url, pool.clone()),
            pool,
        })
    }

    /// Reads outside of any transaction. A read is safe to repeat.
    pub(super) async fn rows(&self, query: &Query) -> Result<Vec<Row>, DbError> {
        let mut attempts = Attempts::default();
        loop {
            let failure = match self.connection().await {
                Ok(connection) => match tx::rows(&connection, query).await {
                    Ok(rows) => return Ok(rows),
                    Err(error) => Failure::of(error),
                },
                Err(failure) => failure,
            };
            attempts.again_after(failure).await?;
        }
    }

    /// Runs `work` in a transaction, again when it is certain that nothing of it was kept.
    pub(super) async fn write<I, T, E, F>(&self, lane: Lane, input: &I, work: &F) -> Result<T, E>
    where
        E: From<DbError>,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>>,
    {
        let turns = match lane {
            Lane::Members => None,
            Lane::Guests => Some(&self.guests),
            Lane::Background => Some(&self.background),
        };
        let _turn = match turns {
            None => None,
            Some(turns) => {
                let admitted = turns.admitted.try_acquire().map_err(|_| DbError::Busy)?;
                let running = tokio::time::timeout(PATIENCE, turns.running.acquire()).await;
                let running = running
                    .map_err(|_| DbError::Busy)?
                    .map_err(|_| DbError::Busy)?;
                Some((admitted, running))
            }
        };
        let mut attempts = Attempts::default();
        loop {
            let failure = match self.connection().await {
                Ok(connection) => match attempt(connection, input, work).await {
                    Ok(outcome) => return outcome,
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            attempts.again_after(failure).await?;
        }
    }

    /// Changes the schema.
    pub(super) async fn define(&self, text: &str) -> Result<(), DbError> {
        let connection = self.connection().await.map_err(Failure::into_error)?;
        Ok(connection.batch_execute(text).await?)
    }

    pub(super) fn hint(&self) {
        self.hints.send();
    }

    pub(super) async fn hinted(&self, at_most: Duration) {
        self.hints.wait(at_most).await;
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    async fn connection(&self) -> Result<Object, Failure> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Failure::to_connect(error),
            PoolError::Timeout(_) | PoolError::Closed => Failure::Final(DbError::Busy),
            other => Failure::Final(DbError::Other(other.into())),
        })
    }
}

/// One run of a transaction. The outer error says what became of the run, the inner result is what
/// the caller gets.
async fn attempt<I, T, E, F>(
    connection: Object,
    input: &I,
    work: &F,
) -> Result<Result<T, E>, Failure>
where
    E: From<DbError>,
    F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>>,
{
    let mut tx = Tx::Postgres(Box::new(PgTx::new(connection)));
    let outcome = work(&mut tx, input).await;
    let Tx::Postgres(tx) = tx else {
        return Ok(Err(DbError::Wrong(
            "a PostgreSQL transaction changed its kind",
        )
        .into()));
    };
    match outcome {
        Ok(value) => match tx.commit().await {
            Ok(()) => Ok(Ok(value)),
            Err(failure) => Err(failure),
        },
        Err(error) => {
            let lost = tx.is_lost();
            tx.roll_back().await;
            if lost {
                // Not the work's own refusal: the server's, and it kept nothing.
                Err(Failure::Passing(DbError::Busy))
            } else {
                Ok(Err(error))
            }
        }
    }
}

fn config(url: &PostgresUrl) -> Config {
    let mut config = Config::clone(&url.config);
    // Of a list of servers, only the one that takes writes.
    config
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(CONNECT)
        .keepalives_idle(SILENCE)
        .tcp_user_timeout(SILENCE)
        .application_name("guestpass");
    // A transaction that nobody ends any more must not hold others up. And each statement is planned once
    // for a connection: planning it for each of its values, with all the partitions there are, would
    // take longer than running it.
    config.options(
        "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s \
         -c synchronous_commit=on -c plan_cache_mode=force_generic_plan",
    );
    config
}

fn pool(config: &Config, url: &PostgresUrl, connections: usize) -> Result<Pool, DbError> {
    let how = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = match tls::connector(&url.tls)? {
        Some((mode, connector)) => {
            let mut config = config.clone();
            config.ssl_mode(mode);
            Manager::from_config(config, connector, how)
        }
        None => Manager::from_config(config.clone(), tokio_postgres::NoTls, how),
    };
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .build()
        .map_err(|error| DbError::Other(error.into()))
}

async fn migrate_with(pool: &Pool) -> Result<(), DbError> {
    let mut connection = pool
        .get()
        .await
        .map_err(|error| DbError::Other(error.into()))?;
    // Nodes may start at the same time; one migrates and the others wait for it, however long it takes. The
    // limits are those of requests.
    connection
        .batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")
        .await?;
    const TURN: &str = "SELECT pg_advisory_lock(7091834206)";
    connection.batch_execute(TURN).await?;
    let early = connection
        .query_one("SELECT to_regclass('_sqlx_migrations') IS NOT NULL", &[])
        .await?;
    if early.try_get(0)? {
        return Err(DbError::Wrong(
            "it was made by a build before the first release; start with a new database",
        ));
    }
    let done = migrate::runner(migrate::POSTGRES)?
        .run_async(&mut **connection)
        .await;
    // Ends the turn too.
    drop(Object::take(connection));
    done.map(drop).map_err(migrate::failed)
}
