//! Bulk writing: prepared inserts in large transactions on SQLite, binary `COPY` on PostgreSQL.

use std::{error::Error, path::Path, pin::pin};

use anyhow::{Context, Result, ensure};
use bytes::BytesMut;
use rusqlite::{
    Connection, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use tokio_postgres::{
    Client, NoTls,
    binary_copy::BinaryCopyInWriter,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

use super::rows::{Cell, Kind, Table};

/// How many rows of a table are held before they are written.
const BATCH: usize = 10_000;

/// Takes rows and writes them in batches; memory stays bounded however many come.
pub struct Sink {
    backend: Backend,
    /// The cells of the rows that wait, by table.
    waiting: Vec<Vec<Cell>>,
}

enum Backend {
    Sqlite(Connection),
    Postgres(Client),
}

impl Sink {
    /// Writes to a SQLite file that no server has open. Nothing is synced: the file is thrown away
    /// when this process dies.
    pub fn sqlite(file: &Path) -> Result<Self> {
        let connection =
            Connection::open(file).with_context(|| format!("can't open {}", file.display()))?;
        connection.execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; \
             PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1048576; PRAGMA temp_store = MEMORY;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self::on(Backend::Sqlite(connection)))
    }

    /// Writes to a PostgreSQL database.
    pub async fn postgres(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        client
            .batch_execute("SET synchronous_commit = off; SET work_mem = '64MB'")
            .await?;
        Ok(Self::on(Backend::Postgres(client)))
    }

    fn on(backend: Backend) -> Self {
        Self {
            backend,
            waiting: Table::ALL.iter().map(|_| Vec::new()).collect(),
        }
    }

    /// Adds a row, whose cells are in the order of the table's columns.
    pub async fn put<const N: usize>(&mut self, table: Table, row: [Cell; N]) -> Result<()> {
        ensure!(
            N == table.columns().len(),
            "{} has other columns",
            table.name()
        );
        let waiting = &mut self.waiting[table as usize];
        waiting.extend(row);
        if waiting.len() >= BATCH * N {
            self.flush().await?;
        }
        Ok(())
    }

    /// Runs a statement of the generator's own.
    pub async fn run(&mut self, statement: &str) -> Result<()> {
        self.flush().await?;
        match &mut self.backend {
            Backend::Sqlite(connection) => connection.execute_batch(statement)?,
            Backend::Postgres(client) => client.batch_execute(statement).await?,
        }
        Ok(())
    }

    /// Writes what waits and leaves the database as a server wants to find it.
    pub async fn finish(mut self) -> Result<()> {
        self.flush().await?;
        match self.backend {
            Backend::Sqlite(connection) => {
                connection.execute_batch("PRAGMA journal_mode = WAL")?;
                connection.close().map_err(|(_, error)| error)?;
            }
            // What autovacuum and the checkpointer do to tables that grow over months. Each by itself:
            // several in one message are one transaction, where VACUUM can't run.
            Backend::Postgres(client) => {
                for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
                    client.batch_execute(statement).await?;
                }
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        match &mut self.backend {
            Backend::Sqlite(connection) => {
                connection.execute_batch("BEGIN")?;
                for table in Table::ALL {
                    insert(connection, *table, &self.waiting[*table as usize])?;
                }
                connection.execute_batch("COMMIT")?;
            }
            Backend::Postgres(client) => {
                for table in Table::ALL {
                    copy(client, *table, &self.waiting[*table as usize]).await?;
                }
            }
        }
        self.waiting.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

/// A connection whose other half runs by itself.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("PostgreSQL can't be reached")?;
    tokio::spawn(async move {
        // The client's own call says what went wrong.
        let _ = connection.await;
    });
    Ok(client)
}

fn names(table: Table) -> String {
    let names: Vec<&str> = table.columns().iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn insert(connection: &Connection, table: Table, cells: &[Cell]) -> Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let holes = vec!["?"; table.columns().len()].join(", ");
    let text = format!(
        "INSERT INTO {} ({}) VALUES ({holes})",
        table.name(),
        names(table)
    );
    let mut statement = connection.prepare_cached(&text)?;
    for row in cells.chunks(table.columns().len()) {
        statement
            .execute(params_from_iter(row))
            .with_context(|| format!("a row of {}", table.name()))?;
    }
    Ok(())
}

async fn copy(client: &Client, table: Table, cells: &[Cell]) -> Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let text = format!("COPY {} ({}) FROM STDIN BINARY", table.name(), names(table));
    let types: Vec<Type> = table
        .columns()
        .iter()
        .map(|(_, kind)| match kind {
            Kind::Text => Type::TEXT,
            Kind::Int => Type::INT8,
            Kind::Bool => Type::BOOL,
            Kind::Bytes => Type::BYTEA,
        })
        .collect();
    let stream = client.copy_in(&text).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(stream, &types));
    for row in cells.chunks(types.len()) {
        writer.as_mut().write_raw(row).await?;
    }
    writer
        .finish()
        .await
        .with_context(|| format!("rows of {}", table.name()))?;
    Ok(())
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Word(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Null => ValueRef::Null,
        }))
    }
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql(ty, out),
            Self::Word(text) => text.to_sql(ty, out),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Bool(value) => value.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
