//! What settings may be. No database, no clock.

use std::{ops::RangeInclusive, time::Duration};

use unicode_normalization::UnicodeNormalization;

use super::{Change, Invalid, Settings};
use crate::{
    base::{email_address::mail_domains, text::is_disruptive},
    features::{
        audit::{Action, NewEvent},
        members::{Mark, mailed_name},
        sign_in::Lengths,
    },
};

/// How many minutes a session may live without a request. The database says the same.
const IDLE: RangeInclusive<i64> = 5..=24 * 60;
/// How many minutes a session may live at most. The database says the same.
const ABSOLUTE: RangeInclusive<i64> = 60..=7 * 24 * 60;
/// How many mail domains there may be.
pub const MOST_DOMAINS: usize = 100;

/// A change whose values can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    name: Option<String>,
    mark: Option<(String, Option<u16>)>,
    lengths: Option<Lengths>,
    domains: Option<Vec<String>>,
}

/// The values as they are kept, or everything that is wrong with them.
pub(super) fn checked(change: &Change) -> Result<Checked, Vec<Invalid>> {
    let mut faults = Vec::new();
    let name = change.name.as_deref().map(mailed_name).transpose();
    let name = name.unwrap_or_else(|fault| {
        faults.push(Invalid::Name(fault));
        None
    });
    let mark = change.mark.as_ref().and_then(|(letters, hue)| {
        let letters = monogram(letters);
        faults.extend(letters.is_none().then_some(Invalid::Monogram));
        faults.extend(hue.is_some_and(|hue| hue >= 360).then_some(Invalid::Hue));
        Some((letters?, *hue))
    });
    let lengths = change.lengths.map(lengths).transpose();
    let lengths = lengths.unwrap_or_else(|more| {
        faults.extend(more);
        None
    });
    let domains = change.domains.as_deref().and_then(|domains| {
        let kept = mail_domains(domains, MOST_DOMAINS);
        faults.extend(kept.is_none().then_some(Invalid::Domains));
        kept
    });
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Checked {
        name,
        mark,
        lengths,
        domains,
    })
}

/// One or two characters, or none.
fn monogram(text: &str) -> Option<String> {
    let text: String = text.trim().nfc().collect();
    let fits =
        text.chars().count() <= 2 && !text.chars().any(|c| is_disruptive(c) || c.is_whitespace());
    fits.then_some(text)
}

fn lengths((idle, absolute): (i64, i64)) -> Result<Lengths, Vec<Invalid>> {
    let mut faults = Vec::new();
    faults.extend((!IDLE.contains(&idle)).then_some(Invalid::Idle));
    faults.extend((!ABSOLUTE.contains(&absolute)).then_some(Invalid::Absolute));
    if faults.is_empty() && idle > absolute {
        faults.push(Invalid::IdleBeyondAbsolute);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let minutes = |n: i64| Duration::from_secs(n.unsigned_abs() * 60);
    Ok(Lengths {
        idle: minutes(idle),
        absolute: minutes(absolute),
    })
}

/// The settings after a change, and what to tell of it: what stays the same isn't told.
pub(super) fn changed(
    before: &Settings,
    change: &Checked,
) -> (Settings, Vec<(Action, &'static str)>) {
    let (mut after, mut told) = (before.clone(), Vec::new());
    if let Some(name) = &change.name {
        after.workspace.name.clone_from(name);
    }
    if let Some((monogram, hue)) = &change.mark {
        after.workspace.mark = Mark {
            monogram: monogram.clone(),
            hue: *hue,
            logo: after.workspace.mark.logo,
        };
    }
    after.lengths = change.lengths.unwrap_or(after.lengths);
    if let Some(domains) = &change.domains {
        after.domains.clone_from(domains);
    }
    if before.workspace.name != after.workspace.name {
        told.push((Action::WorkspaceRenamed, ""));
    }
    if before.workspace.mark != after.workspace.mark {
        told.push((Action::WorkspaceMarkChanged, ""));
    }
    if before.lengths != after.lengths {
        let (was, is) = (before.lengths, after.lengths);
        let details = match (is.idle > was.idle, is.absolute > was.absolute) {
            (true, true) => "later without a request and at most",
            (true, false) => "later without a request",
            (false, true) => "later at most",
            (false, false) => "earlier",
        };
        told.push((Action::SessionLengthsChanged, details));
    }
    if before.domains != after.domains {
        let details = match after.domains.is_empty() {
            true => "all domains",
            false => "certain domains",
        };
        told.push((Action::MailDomainsChanged, details));
    }
    (after, told)
}

/// The event of one of them.
pub(super) fn event(base: &NewEvent, (action, details): (Action, &'static str)) -> NewEvent {
    NewEvent {
        action,
        ..base.clone()
    }
    .details(details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{clock::Timestamp, id::WorkspaceId},
        features::members::{NameFault, Workspace},
    };

    fn settings() -> Settings {
        Settings {
            workspace: Workspace {
                id: WorkspaceId::new(Timestamp::from_millis(1_700_000_000_000)),
                name: "Larkfield".to_owned(),
                mark: Mark::default(),
            },
            lengths: lengths((30, 720)).unwrap(),
            domains: Vec::new(),
        }
    }

    #[test]
    fn monograms_are_one_or_two_characters_that_can_be_seen() {
        for (given, kept) in [
            ("", Some("")),
            (" L ", Some("L")),
            ("Åb", Some("Åb")),
            ("A\u{30a}b", Some("Åb")),
            ("東京", Some("東京")),
            ("LKF", None),
            ("a b", None),
            ("a\u{202e}", None),
            ("\u{3164}", None),
        ] {
            assert_eq!(monogram(given).as_deref(), kept, "{given:?}");
        }
    }

    #[test]
    fn sessions_have_bounds() {
        use Invalid::{Absolute, Idle, IdleBeyondAbsolute};

        for (given, faults) in [
            ((5, 60), vec![]),
            ((1440, 10_080), vec![]),
            ((60, 60), vec![]),
            ((4, 60), vec![Idle]),
            ((1441, 10_080), vec![Idle]),
            ((30, 59), vec![Absolute]),
            ((30, 10_081), vec![Absolute]),
            ((61, 60), vec![IdleBeyondAbsolute]),
            ((0, i64::MAX), vec![Idle, Absolute]),
            ((-5, -60), vec![Idle, Absolute]),
        ] {
            assert_eq!(
                lengths(given).err().unwrap_or_default(),
                faults,
                "{given:?}"
            );
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let change = Change {
            name: Some(" ".to_owned()),
            mark: Some(("ABC".to_owned(), Some(360))),
            lengths: Some((1, 720)),
            domains: Some(vec!["no domain".to_owned()]),
        };
        let faults = checked(&change).unwrap_err();
        let name = Invalid::Name(NameFault::Empty);
        let rest = [
            Invalid::Monogram,
            Invalid::Hue,
            Invalid::Idle,
            Invalid::Domains,
        ];
        assert_eq!(faults[0], name);
        assert_eq!(faults[1..], rest);
    }

    #[test]
    fn what_changes_is_told_and_nothing_else() {
        let before = settings();
        let same = Change {
            name: Some("Larkfield".to_owned()),
            mark: Some((String::new(), None)),
            lengths: Some((30, 720)),
            domains: Some(Vec::new()),
        };
        let (after, told) = changed(&before, &checked(&same).unwrap());
        assert_eq!((after, told), (before.clone(), vec![]));
        let other = Change {
            name: Some("Larkfield Studio".to_owned()),
            mark: Some(("LS".to_owned(), Some(40))),
            lengths: Some((15, 1440)),
            domains: Some(vec!["@Larkfield.example".to_owned()]),
        };
        let (after, told) = changed(&before, &checked(&other).unwrap());
        assert_eq!(
            told,
            [
                (Action::WorkspaceRenamed, ""),
                (Action::WorkspaceMarkChanged, ""),
                (Action::SessionLengthsChanged, "later at most"),
                (Action::MailDomainsChanged, "certain domains"),
            ]
        );
        assert_eq!(after.domains, ["larkfield.example"]);
        let nothing = checked(&Change::default()).unwrap();
        assert_eq!(changed(&after, &nothing), (after.clone(), vec![]));
    }
}
