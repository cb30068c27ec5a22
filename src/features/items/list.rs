//! Finding items. Names are sealed, so search, filters and order work on opened summaries.

use guestpass_api_types::items::{ItemKind, ItemList, ItemRole};

use super::{
    ItemError, Items, Summary,
    seal::open_summary,
    service::summary,
    store::{self, Card},
};
use crate::{
    base::{clock::Timestamp, text::folded},
    features::members::Me,
};

/// How many summaries are opened before others get a turn: about a millisecond's worth.
const STRETCH: usize = 256;

/// Which of the items are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those the member owns.
    Owned,
    /// Those with a live public link.
    Live,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// The last changed first.
    Changed,
}

/// What to look for, and which part of it to give.
#[derive(Clone, Debug, Default)]
pub struct ItemQuery {
    /// Only this kind.
    pub kind: Option<ItemKind>,
    /// Words that must all be in the name, app, username or website, in any case.
    pub words: String,
    /// Only these.
    pub filter: Filter,
    /// In this order.
    pub sort: Sort,
    /// How many to leave out at the start.
    pub offset: usize,
    /// How many to give at most.
    pub limit: usize,
}

struct Found {
    card: Card,
    opened: Summary,
    name: String,
}

impl Items {
    /// The items a member has a role on, one page of them.
    ///
    /// # Errors
    /// When one doesn't open, or the database refuses.
    pub async fn list(
        &self,
        me: &Me,
        query: &ItemQuery,
        now: Timestamp,
    ) -> Result<ItemList, ItemError> {
        let cards =
            store::cards(&self.db, me.member.workspace, me.member.id, query.kind, now).await?;
        let all = count(cards.len());
        let owned = count(
            cards
                .iter()
                .filter(|card| card.role == ItemRole::Owner)
                .count(),
        );
        let with_live_links = count(cards.iter().filter(|card| card.live_links > 0).count());
        let mut found = self.open_matching(cards, query).await?;
        let by_name =
            |a: &Found, b: &Found| (&a.name, a.card.place.item).cmp(&(&b.name, b.card.place.item));
        match query.sort {
            Sort::Name => found.sort_unstable_by(by_name),
            Sort::Changed => found.sort_unstable_by(|a, b| {
                b.card
                    .changed_at
                    .cmp(&a.card.changed_at)
                    .then_with(|| by_name(a, b))
            }),
        }
        let end = query.offset.saturating_add(query.limit);
        let next = (end < found.len()).then(|| count(end));
        let total = count(found.len());
        let items = found
            .into_iter()
            .skip(query.offset)
            .take(query.limit)
            .map(|found| summary(&found.card, found.opened))
            .collect();
        Ok(ItemList {
            items,
            total,
            owned,
            with_live_links,
            all,
            next,
        })
    }

    async fn open_matching(
        &self,
        cards: Vec<Card>,
        query: &ItemQuery,
    ) -> Result<Vec<Found>, ItemError> {
        let words: Vec<String> = query.words.split_whitespace().map(folded).collect();
        let mut found = Vec::with_capacity(cards.len());
        for (at, card) in cards.into_iter().enumerate() {
            if at % STRETCH == STRETCH - 1 {
                tokio::task::yield_now().await;
            }
            let wanted = match query.filter {
                Filter::All => true,
                Filter::Owned => card.role == ItemRole::Owner,
                Filter::Live => card.live_links > 0,
            };
            if !wanted {
                continue;
            }
            let opened = open_summary(&self.keys, &card.place, &card.sealed)?;
            let name = folded(&opened.name);
            if matches(&words, &name, &opened) {
                found.push(Found { card, opened, name });
            }
        }
        Ok(found)
    }
}

fn matches(words: &[String], name: &str, opened: &Summary) -> bool {
    if words.is_empty() {
        return true;
    }
    // Nobody looks for `https`.
    let address = opened
        .website
        .split_once("://")
        .map_or("", |(_, address)| address);
    let others = [
        folded(&opened.app),
        folded(&opened.username),
        folded(address),
    ];
    words.iter().all(|word| {
        name.contains(word.as_str()) || others.iter().any(|text| text.contains(word.as_str()))
    })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found_somewhere() {
        let item = Summary {
            name: "Straße Café".to_owned(),
            app: "GitHub".to_owned(),
            username: "mira@larkfield.example".to_owned(),
            website: "https://git.larkfield.example".to_owned(),
            ..Summary::default()
        };
        let found = |text: &str| {
            let words: Vec<String> = text.split_whitespace().map(folded).collect();
            matches(&words, &folded(&item.name), &item)
        };
        for text in ["", "STRASSE", "github MIRA", "cafe\u{301}", "hub git.lark"] {
            assert!(found(text), "{text}");
        }
        for text in ["gitlab", "github nobody", "has_mfa", "null", "https"] {
            assert!(!found(text), "{text}");
        }
    }
}
