//! The languages that pages and mails speak, and what browsers ask for.

pub use guestpass_api_types::language::Language;

/// All of them, by their tags (BCP 47).
const TAGS: [(&str, Language); 2] = [("en", Language::En), ("de", Language::De)];

/// The tag of a language.
pub fn tag(language: Language) -> &'static str {
    TAGS.iter()
        .find(|(_, known)| *known == language)
        .map_or("en", |(tag, _)| tag)
}

/// The language with a tag; of a longer one such as `de-AT` the first part counts.
pub fn by_tag(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or_default();
    TAGS.iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(primary))
        .map(|(_, language)| *language)
}

/// The language of ours that an `Accept-Language` (RFC 9110, section 12.5.4) likes best.
pub fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in header.split(',') {
        let mut pieces = range.split(';').map(str::trim);
        let Some(language) = pieces.next().and_then(by_tag) else {
            continue;
        };
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |text| text.trim().parse::<f32>().ok());
        let weight = weight.filter(|weight| *weight > 0.0).unwrap_or(0.0);
        // The first of two that weigh the same.
        if weight > best.map_or(0.0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_tag_that_leads_back_to_it() {
        for language in [Language::En, Language::De] {
            assert_eq!(by_tag(tag(language)), Some(language));
        }
        assert_eq!(by_tag("de-AT"), Some(Language::De));
        assert_eq!(by_tag("EN"), Some(Language::En));
        for none in ["", "fr", "dex", "english", "*"] {
            assert_eq!(by_tag(none), None, "{none}");
        }
    }

    #[test]
    fn the_best_liked_language_that_there_is_counts() {
        use Language::{De, En};
        for (header, language) in [
            ("de-DE,de;q=0.9,en;q=0.8", Some(De)),
            ("en-GB,en;q=0.9,de;q=0.8", Some(En)),
            ("fr-CH, fr;q=0.9, de;q=0.7, en;q=0.8", Some(En)),
            ("fr, de", Some(De)),
            ("en;q=0.5, de;q=0.5", Some(En)),
            ("de;q=0, en;q=0.1", Some(En)),
            ("de;q=0", None),
            ("de;q=nonsense", None),
            ("fr, *", None),
            ("", None),
        ] {
            assert_eq!(accepted(header), language, "{header}");
        }
    }
}
