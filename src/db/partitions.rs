//! Partitions of PostgreSQL's tables: a name, a range, made ahead and dropped as a whole. SQLite has
//! one table, of which nothing needs to be said here.

use super::{Db, DbError, Engine};

/// A partition to be: of `table`, the rows whose key lies in `from..to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The partitioned table.
    pub table: &'static str,
    /// What the partition is known by, together with its table.
    pub number: i64,
    /// The first key that belongs to it.
    pub from: i64,
    /// The first key that doesn't any more.
    pub to: i64,
    /// How full its pages are made, in per cent; changed rows find room in the rest.
    pub filled: u8,
}

impl Db {
    /// Which partitions of a table there are, by their numbers.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn partitions(&self, table: &'static str) -> Result<Vec<i64>, DbError> {
        let Engine::Postgres(_) = &*self.engine else {
            return Ok(Vec::new());
        };
        let names = super::sql(
            "SELECT c.relname::TEXT AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
             WHERE i.inhparent = to_regclass($1)",
        )
        .bind(table)
        .all(self)
        .await?;
        let prefix = format!("{table}_p");
        let mut numbers = Vec::new();
        for row in names {
            let name: String = row.get("name")?;
            numbers.extend(
                name.strip_prefix(&prefix)
                    .and_then(|n| n.parse::<i64>().ok()),
            );
        }
        Ok(numbers)
    }

    /// Makes a partition, unless it is there, or rows of its range already went into the one for
    /// everything else: those stay there.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn make_partition(&self, range: Range) -> Result<(), DbError> {
        let Range {
            table,
            number,
            from,
            to,
            filled,
        } = range;
        let made = self
            .define(&format!(
                "CREATE TABLE IF NOT EXISTS {table}_p{number} PARTITION OF {table} \
                 FOR VALUES FROM ({from}) TO ({to}) WITH (fillfactor = {filled})"
            ))
            .await;
        match made {
            Err(DbError::Constraint(error)) => {
                tracing::warn!(
                    table,
                    number,
                    error,
                    "a partition came too late for some rows"
                );
                Ok(())
            }
            other => other,
        }
    }

    /// Drops a partition with all that is in it.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn drop_partition(&self, table: &'static str, number: i64) -> Result<(), DbError> {
        self.define(&format!("DROP TABLE IF EXISTS {table}_p{number}"))
            .await
    }

    /// The one way of running text that isn't fixed: names of our own tables, and numbers.
    async fn define(&self, text: &str) -> Result<(), DbError> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => postgres.define(text).await,
        }
    }
}
