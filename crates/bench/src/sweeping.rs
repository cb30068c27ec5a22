//! Having the server erase what is over, at a known time, and watching it do so.

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio_postgres::Client;

use crate::{
    bench::Stage,
    seed::{LiveLinks, connect, live},
    server::{Engine, Installation},
};

/// Adds links that are over and not erased yet. The sweeper looks at them from `sweep_at` on; gives
/// the instant they expired.
pub async fn expire(stage: &mut Stage, links: usize, sweep_in_ms: i64) -> Result<i64> {
    // The job's row is made by the first start.
    stage.serve().await?.stop()?;
    let (world, mut sink, sealer) = stage.open().await?;
    let expired_at = world.now / 1000 * 1000 - 2000;
    let wanted = LiveLinks {
        count: links,
        notify: false,
        expires_at: Some(expired_at),
    };
    live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    let mut sink = stage.installation.sink().await?;
    let at = stage.installation.world(0).now + sweep_in_ms;
    sink.run(&format!(
        "UPDATE jobs SET run_at = {at}, leased_until = 0 WHERE name = 'sweep'"
    ))
    .await?;
    sink.finish().await?;
    Ok(expired_at)
}

/// Looks into the database from beside.
pub enum Peephole {
    Sqlite(Connection),
    Postgres(Client),
}

impl Peephole {
    pub async fn open(installation: &Installation) -> Result<Self> {
        Ok(match installation.engine {
            Engine::Sqlite => {
                let file = installation.at("guestpass.db");
                Self::Sqlite(Connection::open_with_flags(
                    file,
                    OpenFlags::SQLITE_OPEN_READ_ONLY,
                )?)
            }
            Engine::Postgres => Self::Postgres(connect(installation.database()).await?),
        })
    }

    /// The first link that the sweeper has yet to look at, of those due by `until`.
    pub async fn next(&self, until: i64) -> Result<Option<String>> {
        let query = format!(
            "SELECT link_id FROM link_erasures WHERE at <= {until} ORDER BY at, workspace_id, link_id LIMIT 1"
        );
        match self {
            Self::Sqlite(connection) => connection
                .query_row(&query, [], |row| row.get(0))
                .optional()
                .context("the database can't be read"),
            Self::Postgres(client) => {
                let row = client.query_opt(&query, &[]).await?;
                Ok(row.map(|row| row.get(0)))
            }
        }
    }

    /// How many links are due by `until`.
    pub async fn count(&self, until: i64) -> Result<f64> {
        let query = format!(
            "SELECT CAST(COUNT(*) AS DOUBLE PRECISION) FROM link_erasures WHERE at <= {until}"
        );
        Ok(match self {
            Self::Sqlite(connection) => connection.query_row(&query, [], |row| row.get(0))?,
            Self::Postgres(client) => client.query_one(&query, &[]).await?.get(0),
        })
    }
}
