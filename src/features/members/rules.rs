//! What a name may be. No database, no clock.

use unicode_normalization::UnicodeNormalization;

use crate::base::text::is_disruptive;

/// How many characters a name may have.
pub const NAME_MAX: usize = 100;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Nothing but spaces.
    Empty,
    /// More than [`NAME_MAX`] characters.
    TooLong,
    /// Control, line-breaking or direction-changing characters.
    Characters,
}

/// A name as it is kept: trimmed, NFC.
///
/// Names stand in mail headers, lists and on the recipient's page, beside other text. Whatever
/// could break a line there or turn the direction of its neighbours is refused rather than
/// quietly removed.
pub fn name(text: &str) -> Result<String, NameFault> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        Err(NameFault::Empty)
    } else if name.chars().any(is_disruptive) {
        Err(NameFault::Characters)
    } else if name.chars().count() > NAME_MAX {
        Err(NameFault::TooLong)
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_kinds_are_kept_as_they_are() {
        for good in [
            "Mira",
            "O’Neil-Søndergård",
            "נועה",
            "می‌خواهم",
            "李",
            "<b>Bo</b>",
            "=1+1",
        ] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        assert_eq!(name("  Jose\u{301} "), Ok("José".to_owned()));
        assert_eq!(name(&"é".repeat(100)), Ok("é".repeat(100)));
    }

    #[test]
    fn what_could_disturb_its_neighbours_is_refused() {
        assert_eq!(name(" \t "), Err(NameFault::Empty));
        assert_eq!(name(&"é".repeat(101)), Err(NameFault::TooLong));
        for bad in [
            "Mira\r\nBcc: x@y.example",
            "Mi\0ra",
            "Mi\u{202e}ra",
            "\u{2066}Mira",
            "Mi\u{200b}ra",
            "Mira\u{2028}Okafor",
            "Mi\u{7f}ra",
            "Mi\u{85}ra",
            "Mi\u{feff}ra",
            "Mi\u{61c}ra",
            "\u{3164}",
            "Mi\u{ad}ra",
        ] {
            assert_eq!(name(bad), Err(NameFault::Characters), "{bad:?}");
        }
    }
}
