//! What mails say beside their templates: instants, browsers, and the words around every mail.

use crate::base::{clock::Timestamp, language::Language};

/// The words around every mail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// The language's tag.
    pub(super) lang: &'static str,
    /// Before the time until which the button works.
    pub(super) works_until: &'static str,
    /// Above the address that the button opens.
    pub(super) no_button: &'static str,
    /// Before the workspace.
    pub(super) sent_for: &'static str,
    /// Between the workspace and the address.
    pub(super) sent_to: &'static str,
}

pub(super) fn frame(language: Language) -> Frame {
    match language {
        Language::En => Frame {
            lang: "en",
            works_until: "Works once, until",
            no_button: "Button does nothing? Open this address:",
            sent_for: "Sent by Guestpass for",
            sent_to: "to",
        },
        Language::De => Frame {
            lang: "de",
            works_until: "Funktioniert einmal, bis",
            no_button: "Die Schaltfläche funktioniert nicht? Öffnen Sie diese Adresse:",
            sent_for: "Verschickt von Guestpass für",
            sent_to: "an",
        },
    }
}

/// An instant as people read it; in UTC, because we don't know the reader's zone.
pub(super) fn when(at: Timestamp, language: Language) -> String {
    const DAYS: [&str; 7] = ["Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."];
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.millis()) else {
        return String::new();
    };
    match language {
        Language::En => instant.strftime("%a %-d %b %Y, %H:%M UTC").to_string(),
        Language::De => {
            let date = instant.to_zoned(jiff::tz::TimeZone::UTC).date();
            let name = |names: &[&'static str], at: i8| {
                let name = usize::try_from(at).ok().and_then(|at| names.get(at));
                *name.unwrap_or(&"")
            };
            let day = name(&DAYS, date.weekday().to_monday_zero_offset());
            let month = name(&MONTHS, date.month() - 1);
            let (number, year) = (date.day(), date.year());
            format!("{day}, {number}. {month} {year}, {}", clock(at))
        }
    }
}

/// The time of day alone, for an instant a few minutes away.
pub(super) fn clock(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map(|at| at.strftime("%H:%M UTC").to_string())
        .unwrap_or_default()
}

/// The name of a browser, which is kept in English: "Firefox on macOS".
pub(super) fn browser(english: &str, language: Language) -> String {
    match language {
        Language::En => english.to_owned(),
        Language::De if english == "An unknown browser" => "Ein unbekannter Browser".to_owned(),
        Language::De => english
            .replace("A browser on ", "Ein Browser auf ")
            .replace(" on ", " auf "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_each_language_does() {
        for (millis, english, german) in [
            (
                1_795_356_300_000,
                "Sun 22 Nov 2026, 14:05 UTC",
                "So., 22. November 2026, 14:05 UTC",
            ),
            (
                1_772_409_600_000,
                "Mon 2 Mar 2026, 00:00 UTC",
                "Mo., 2. März 2026, 00:00 UTC",
            ),
            (
                1_798_761_540_000,
                "Thu 31 Dec 2026, 23:59 UTC",
                "Do., 31. Dezember 2026, 23:59 UTC",
            ),
        ] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(when(at, Language::En), english);
            assert_eq!(when(at, Language::De), german);
        }
    }

    #[test]
    fn browsers_are_named_in_the_language() {
        for (english, german) in [
            ("Firefox on macOS", "Firefox auf macOS"),
            ("A browser on Linux", "Ein Browser auf Linux"),
            ("An unknown browser", "Ein unbekannter Browser"),
            ("curl", "curl"),
        ] {
            assert_eq!(browser(english, Language::En), english);
            assert_eq!(browser(english, Language::De), german);
        }
    }
}
