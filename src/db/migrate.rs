//! Bringing the schema up to date.

use refinery::{Migration, Runner};

use super::DbError;

/// The migrations, in their order; see `migrations/README.md`.
const MIGRATIONS: [(&str, &str); 13] = [
    (
        "V1__workspace",
        include_str!("../../migrations/V1__workspace.sql"),
    ),
    (
        "V2__groundwork",
        include_str!("../../migrations/V2__groundwork.sql"),
    ),
    ("V3__items", include_str!("../../migrations/V3__items.sql")),
    ("V4__links", include_str!("../../migrations/V4__links.sql")),
    ("V5__mail", include_str!("../../migrations/V5__mail.sql")),
    (
        "V7__providers",
        include_str!("../../migrations/V7__providers.sql"),
    ),
    (
        "V8__passkeys",
        include_str!("../../migrations/V8__passkeys.sql"),
    ),
    ("V9__teams", include_str!("../../migrations/V9__teams.sql")),
    ("V10__scim", include_str!("../../migrations/V10__scim.sql")),
    (
        "V11__workspace_settings",
        include_str!("../../migrations/V11__workspace_settings.sql"),
    ),
    (
        "V12__preferences",
        include_str!("../../migrations/V12__preferences.sql"),
    ),
    (
        "V13__languages",
        include_str!("../../migrations/V13__languages.sql"),
    ),
    (
        "V14__directories",
        include_str!("../../migrations/V14__directories.sql"),
    ),
];

/// What starts the lines that only one of the databases understands.
pub(super) const SQLITE: &str = "--sqlite ";
pub(super) const POSTGRES: &str = "--postgres ";

/// The migrations in the words of one database.
pub(super) fn runner(own: &str) -> Result<Runner, DbError> {
    let migrations: Result<Vec<Migration>, _> = MIGRATIONS
        .iter()
        .map(|(name, text)| Migration::unapplied(name, &in_words_of(own, text)))
        .collect();
    Ok(Runner::new(&migrations.map_err(failed)?))
}

pub(super) fn failed(error: refinery::Error) -> DbError {
    DbError::Other(error.into())
}

/// Lets the lines of one database count; those of the other stay comments.
fn in_words_of(own: &str, text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.strip_prefix(own).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_reads_its_own_lines() {
        let text = "CREATE TABLE a (\n    b TEXT\n)\n--sqlite WITHOUT ROWID\n--postgres PARTITION BY RANGE (b)\n;";
        let sqlite = in_words_of(SQLITE, text);
        assert!(
            sqlite.contains("\nWITHOUT ROWID\n--postgres PARTITION"),
            "{sqlite}"
        );
        assert!(in_words_of(POSTGRES, text).contains("\nPARTITION BY RANGE (b)\n;"));
    }
}
