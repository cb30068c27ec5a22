//! Finding items. Names are sealed, so search, filters and order work on opened summaries.

use std::cmp::Ordering;

use futures_util::future::OptionFuture;
use guestpass_api_types::items::{ItemKind, ItemList, ItemRole};

use super::{
    ItemError, Items, Summary,
    seal::open_summary,
    service::summary,
    store::{Card, Stretch, Walk},
};
use crate::{
    base::{clock::Timestamp, id::ItemId, text::folded},
    features::{attachments, members::Me, permission},
};

/// How many items are read at once. While some are opened, the next are on their way.
const READ_AT_ONCE: i64 = 500;
/// How many summaries are opened before others get a turn: about a millisecond's worth.
const OPENED_AT_ONCE: usize = 256;

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

impl ItemQuery {
    /// How many come up to the end of the page.
    fn end(&self) -> usize {
        self.offset.saturating_add(self.limit)
    }
}

struct Found {
    card: Card,
    opened: Summary,
    name: String,
}

/// How many items there are, and how many of them match.
#[derive(Default)]
struct Counted {
    all: i64,
    found: i64,
    owned: i64,
    with_live_links: i64,
}

impl Counted {
    fn add(&mut self, card: &Card) {
        self.all += 1;
        self.owned += i64::from(card.role == ItemRole::Owner);
        self.with_live_links += i64::from(card.live_links > 0);
    }
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
        let (found, counted) = self.find(me, query, now).await?;
        let end = count(query.end());
        let page = page_of(found, query);
        let ids: Vec<ItemId> = page.iter().map(|found| found.card.place.item).collect();
        let attached = attachments::how_many(&self.db, me.member.workspace, &ids).await?;
        let items = page
            .into_iter()
            .map(|found| {
                let files = attached.get(&found.card.place.item).copied();
                summary(&found.card, found.opened, files.unwrap_or(0))
            })
            .collect();
        Ok(ItemList {
            items,
            total: counted.found,
            owned: counted.owned,
            with_live_links: counted.with_live_links,
            all: counted.all,
            next: (end < counted.found).then_some(end),
        })
    }

    /// Those that match and come first, as many as the page needs. While a stretch is opened, the next is read.
    async fn find(
        &self,
        me: &Me,
        query: &ItemQuery,
        now: Timestamp,
    ) -> Result<(Vec<Found>, Counted), ItemError> {
        let mut counted = Counted::default();
        let mut found = Vec::new();
        let who = (me.member.workspace, me.member.id);
        let walk = Walk::of(&self.db, who, query.kind, now).await?;
        let mut stretch = walk.after(None, READ_AT_ONCE).await?;
        loop {
            let next = stretch
                .last
                .map(|last| walk.after(Some(last), READ_AT_ONCE));
            let opened = self.open_matching(me, query, &stretch, &mut counted);
            let (next, opened) = tokio::join!(OptionFuture::from(next), opened);
            let opened = opened?;
            counted.found += count(opened.len());
            found.extend(opened);
            keep_first(&mut found, query);
            match next.transpose()? {
                Some(next) => stretch = next,
                None => return Ok((found, counted)),
            }
        }
    }

    /// Counts all of a stretch, and opens what may match.
    async fn open_matching(
        &self,
        me: &Me,
        query: &ItemQuery,
        stretch: &Stretch,
        counted: &mut Counted,
    ) -> Result<Vec<Found>, ItemError> {
        let words: Vec<String> = query.words.split_whitespace().map(folded).collect();
        let mut found = Vec::new();
        for (at, card) in stretch.cards().enumerate() {
            if at % OPENED_AT_ONCE == OPENED_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
            let (mut card, sealed) = card?;
            card.role = permission::effective(card.role, me.member.role);
            counted.add(&card);
            let wanted = match query.filter {
                Filter::All => true,
                Filter::Owned => card.role == ItemRole::Owner,
                Filter::Live => card.live_links > 0,
            };
            if !wanted {
                continue;
            }
            let opened = open_summary(&self.keys, &card.place, &sealed)?;
            let name = folded(&opened.name);
            if matches(&words, &name, &opened) {
                found.push(Found { card, opened, name });
            }
        }
        Ok(found)
    }
}

fn in_order(sort: Sort, a: &Found, b: &Found) -> Ordering {
    let by_name = (&a.name, a.card.place.item).cmp(&(&b.name, b.card.place.item));
    match sort {
        Sort::Name => by_name,
        Sort::Changed => b.card.changed_at.cmp(&a.card.changed_at).then(by_name),
    }
}

/// Drops what comes after the wanted page, in no order.
fn keep_first(found: &mut Vec<Found>, query: &ItemQuery) {
    if query.end() < found.len() {
        found.select_nth_unstable_by(query.end(), |a, b| in_order(query.sort, a, b));
        found.truncate(query.end());
    }
}

/// The wanted page of what comes first, in order.
fn page_of(mut found: Vec<Found>, query: &ItemQuery) -> Vec<Found> {
    found.sort_unstable_by(|a, b| in_order(query.sort, a, b));
    found.drain(..query.offset.min(found.len()));
    found
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
