//! A transaction on a pooled connection.

use deadpool_postgres::Object;
use futures_util::future::{join_all, try_join_all};
use tokio_postgres::{
    Statement,
    types::{ToSql, Type},
};

use super::retry::Failure;
use crate::db::{DbError, Query, Row, Value};

/// How many statements are put off at most: so many are sent in the order in which they came.
const TOGETHER: usize = 16;

/// A transaction. It begins with its first statement, in the same journey to the server.
///
/// One that is dropped before its end takes its connection with it: the server rolls back.
#[derive(Debug)]
pub struct PgTx {
    /// Nothing once it is given back or gone.
    connection: Option<Object>,
    begun: bool,
    /// Statements whose outcome nobody waits for, to be sent with the next one.
    waiting: Vec<Query>,
    /// A statement failed: the server refuses everything but the end.
    failed: bool,
    /// It failed for a reason that passes, which was no fault of the work's.
    lost: bool,
}

impl PgTx {
    pub(super) fn new(connection: Object) -> Self {
        Self {
            connection: Some(connection),
            begun: false,
            waiting: Vec::new(),
            failed: false,
            lost: false,
        }
    }

    /// The rows of an answer.
    pub(in crate::db) async fn rows(&mut self, query: &Query) -> Result<Vec<Row>, DbError> {
        let connection = open(self.connection.as_ref())?;
        let begins = !std::mem::replace(&mut self.begun, true);
        let waiting = std::mem::take(&mut self.waiting);
        let ran = async {
            let statement = prepared(connection, query).await?;
            let values = values(query);
            let answer = connection.query(&statement, &values);
            with(connection, begins, &waiting, answer).await
        };
        let ran = ran.await.map(own);
        self.noted(ran)
    }

    /// How many rows a statement changed.
    pub(in crate::db) async fn execute(&mut self, query: &Query) -> Result<u64, DbError> {
        let connection = open(self.connection.as_ref())?;
        let begins = !std::mem::replace(&mut self.begun, true);
        let waiting = std::mem::take(&mut self.waiting);
        let ran = async {
            let statement = prepared(connection, query).await?;
            let values = values(query);
            let answer = connection.execute(&statement, &values);
            with(connection, begins, &waiting, answer).await
        };
        let ran = ran.await;
        self.noted(ran)
    }

    /// Keeps a statement until the next one that is waited for, or the commit: they are sent together,
    /// in this order.
    pub(in crate::db) async fn execute_later(&mut self, query: Query) -> Result<(), DbError> {
        if self.waiting.len() >= TOGETHER {
            return self.execute(&query).await.map(drop);
        }
        self.waiting.push(query);
        Ok(())
    }

    /// How many rows were changed by all runs of one statement, which are sent together.
    pub(in crate::db) async fn execute_all(&mut self, queries: &[Query]) -> Result<u64, DbError> {
        let Some((first, rest)) = queries.split_first() else {
            return Ok(0);
        };
        let changed = self.execute(first).await?;
        let connection = open(self.connection.as_ref())?;
        let ran = match prepared(connection, first).await {
            Ok(statement) => {
                let runs = rest.iter().map(|query| {
                    let (statement, values) = (&statement, values(query));
                    async move { connection.execute(statement, &values).await }
                });
                try_join_all(runs).await
            }
            Err(error) => Err(error),
        };
        let all = self.noted(ran)?;
        Ok(changed + all.into_iter().sum::<u64>())
    }

    /// Commits. An error says whether the transaction can be run again.
    pub(super) async fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        if self.failed {
            // COMMIT would be answered with a roll-back and no error.
            let lost = self.lost;
            self.roll_back().await;
            return Err(if lost {
                Failure::Passing(DbError::Busy)
            } else {
                Failure::Final(DbError::Wrong("a failed statement was passed over"))
            });
        }
        if self.begun || !self.waiting.is_empty() {
            let waiting = std::mem::take(&mut self.waiting);
            let begins = !std::mem::replace(&mut self.begun, true);
            let connection = open(self.connection.as_ref()).map_err(Failure::Final)?;
            // What happened to the commit counts, whatever came before: when the connection breaks, all
            // of them fail, and the commit may have arrived.
            let committed = async { Ok(connection.batch_execute("COMMIT").await) };
            match with(connection, begins, &waiting, committed).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(Failure::of_commit(error)),
                // The server refused one. So it answered the commit by rolling back; or the commit was never
                // sent, when a statement couldn't even be prepared: then the transaction is still open, and
                // the connection isn't given back.
                Err(error) if error.code().is_some() => {
                    return Err(if Failure::is_passing(&error) {
                        Failure::Passing(DbError::Busy)
                    } else {
                        Failure::Final(error.into())
                    });
                }
                Err(error) => return Err(Failure::of_commit(error)),
            }
        }
        // Back into the pool.
        self.begun = false;
        self.connection.take();
        Ok(())
    }

    /// Rolls back. Its own failure changes nothing: the connection goes, and the server rolls back.
    pub(super) async fn roll_back(mut self: Box<Self>) {
        if let Some(connection) = self.connection.as_ref()
            && (!self.begun || connection.batch_execute("ROLLBACK").await.is_ok())
        {
            self.begun = false;
            self.connection.take();
        }
    }

    /// Whether the transaction has to be run again: it was the server's doing that it failed.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    fn noted<T>(&mut self, ran: Result<T, tokio_postgres::Error>) -> Result<T, DbError> {
        ran.map_err(|error| {
            self.failed = true;
            self.lost |= Failure::is_passing(&error);
            error.into()
        })
    }
}

impl Drop for PgTx {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.begun) {
            // Not back into the pool with a transaction half done.
            drop(Object::take(connection));
        }
    }
}

/// Runs a statement in one journey with those that waited for it: the beginning of the transaction, and
/// what was put off. The first error is told, which is the cause of the others.
async fn with<T>(
    connection: &Object,
    begins: bool,
    waiting: &[Query],
    answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, tokio_postgres::Error> {
    let mut statements = Vec::with_capacity(waiting.len());
    for query in waiting {
        statements.push((prepared(connection, query).await?, values(query)));
    }
    let begin = async {
        if begins {
            connection.batch_execute("BEGIN").await
        } else {
            Ok(())
        }
    };
    let earlier = statements
        .iter()
        .map(|(statement, values)| connection.execute(statement, values));
    // Polled, and so sent, in this order.
    let (began, earlier, answer) = tokio::join!(begin, join_all(earlier), answer);
    began?;
    for ran in earlier {
        ran?;
    }
    answer
}

fn open(connection: Option<&Object>) -> Result<&Object, DbError> {
    connection.ok_or(DbError::Wrong("the transaction is over"))
}

/// The rows of an answer, on a connection of one's own.
pub(super) async fn rows(
    connection: &Object,
    query: &Query,
) -> Result<Vec<Row>, tokio_postgres::Error> {
    let statement = prepared(connection, query).await?;
    Ok(own(connection.query(&statement, &values(query)).await?))
}

/// The statement, prepared once for each connection. The types of its values are ours, so that the
/// server needn't guess them.
async fn prepared(connection: &Object, query: &Query) -> Result<Statement, tokio_postgres::Error> {
    let types: Vec<Type> = query.values.iter().map(type_of).collect();
    connection
        .prepare_typed_cached(query.postgres, &types)
        .await
}

fn own(rows: Vec<tokio_postgres::Row>) -> Vec<Row> {
    rows.into_iter().map(Row::Postgres).collect()
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Text(_) => Type::TEXT,
        Value::Int(_) => Type::INT8,
        Value::Bool(_) => Type::BOOL,
        Value::Bytes(_) => Type::BYTEA,
    }
}

fn values(query: &Query) -> Vec<&(dyn ToSql + Sync)> {
    query.values.iter().map(value).collect()
}

fn value(value: &Value) -> &(dyn ToSql + Sync) {
    match value {
        Value::Text(value) => value,
        Value::Int(value) => value,
        Value::Bool(value) => value,
        Value::Bytes(value) => value,
    }
}
