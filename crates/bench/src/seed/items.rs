//! Accounts and secrets with their owners.

use anyhow::{Result, ensure};

use super::{DAY, Id, Sealer, Sink, World, people::Item, rows::Table, sealing::item_content};
use crate::row;

impl World {
    /// Adds items until there are this many, owned by members of the first `among` people.
    pub async fn furnish(
        &mut self,
        sink: &mut Sink,
        sealer: &Sealer,
        items: usize,
        among: usize,
    ) -> Result<()> {
        ensure!(
            among > 0 && among <= self.members.len(),
            "nobody to own items"
        );
        while self.items.len() < items {
            let owner = self.chance.below(among);
            self.give(sink, sealer, owner).await?;
        }
        Ok(())
    }

    /// Gives a member an item of their own; its place.
    pub async fn give(&mut self, sink: &mut Sink, sealer: &Sealer, owner: usize) -> Result<usize> {
        let member = self.members[owner];
        let home = self.workspaces[member.workspace].clone();
        let chance = &mut self.chance;
        let age = chance.part();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "some day within half a year"
        )]
        let created_at = self.now - (age * 180.0) as i64 * DAY - DAY;
        let item = Item {
            workspace: member.workspace,
            owner,
            id: Id::new(chance, created_at),
            account: chance.happens(0.7),
        };
        let (summary, secret) = item_content(item.account, chance);
        let (workspace, id) = (home.id.text("wsp"), item.id.text("itm"));
        let by = member.id.text("mem");
        let sealed = sealer.item(&workspace, &id, &summary, &secret)?;
        let kind = kind(item.account);
        sink.put(
            Table::Items,
            row![
                id.clone(),
                workspace.clone(),
                kind,
                1_i64,
                by.clone(),
                created_at,
                created_at,
                created_at,
            ],
        )
        .await?;
        sink.put(
            Table::ItemVersions,
            row![
                id.clone(),
                1_i64,
                workspace.clone(),
                sealed.kek,
                sealed.wrapped_key,
                sealed.summary,
                sealed.secret,
                by.clone(),
                created_at,
            ],
        )
        .await?;
        sink.put(
            Table::Grants,
            row![
                id.clone(),
                by.clone(),
                workspace.clone(),
                "owner",
                by.clone(),
                created_at
            ],
        )
        .await?;
        // Some are worked with by somebody else, too.
        let other = home.members.start + self.chance.below(home.members.len());
        if other != owner && self.chance.happens(0.3) {
            let other = self.members[other].id.text("mem");
            sink.put(
                Table::Grants,
                row![id, other, workspace, "collaborator", by, created_at],
            )
            .await?;
        }
        self.items.push(item);
        Ok(self.items.len() - 1)
    }
}

/// How the database names the kind of an item.
pub fn kind(account: bool) -> &'static str {
    if account { "account" } else { "secret" }
}
