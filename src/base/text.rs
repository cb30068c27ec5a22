//! What a line of text may hold.

use unicode_normalization::UnicodeNormalization;

/// Whether a character breaks a line or turns the direction of its neighbours.
///
/// Control characters, line and paragraph separators, the byte order mark, the zero width space,
/// everything that sets a direction (Unicode Standard Annex 9, section 2), and letters that show
/// nothing (the Hangul fillers, the soft hyphen, the Braille blank). The zero width joiners stay:
/// several scripts need them.
pub fn is_disruptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
            | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text as it is compared in a search: without case, and the same for characters that only
/// differ in how they are encoded (NFKC; upper then lower case, so that `ß` meets `SS`).
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let upper: String = text.nfkc().flat_map(char::to_uppercase).collect();
    upper.chars().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_and_encoding_only() {
        for (one, other) in [
            ("GitHub", "gitHUB"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδοσ"),
            ("Cafe\u{301}", "CAFÉ"),
            ("ＡＣＭＥ", "acme"),
            ("ﬁle", "FILE"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("café"), folded("cafe"));
    }
}
