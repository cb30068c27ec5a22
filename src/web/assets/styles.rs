//! The style sheets inside a document, by their hashes, as a policy names them (CSP Level 3,
//! section 2.3.1).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::base::secret::sha256;

const OPEN: &[u8] = b"<style>";
const CLOSE: &[u8] = b"</style>";

/// `'sha256-…'` of everything between `<style>` and `</style>`. Documents are ours, and the build
/// writes these tags, so nothing cleverer is needed to find them.
pub(super) fn hashes(document: &[u8]) -> Vec<String> {
    let mut rest = document;
    let mut found = Vec::new();
    while let Some(start) = position(rest, OPEN) {
        rest = &rest[start + OPEN.len()..];
        let Some(end) = position(rest, CLOSE) else {
            break;
        };
        found.push(format!(
            "'sha256-{}'",
            STANDARD.encode(sha256(&rest[..end]))
        ));
        rest = &rest[end + CLOSE.len()..];
    }
    found
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_covers_what_is_between_the_tags() {
        // printf 'a{}' | openssl dgst -sha256 -binary | base64
        let a = "'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='";
        assert_eq!(hashes(b"<head><style>a{}</style></head>"), [a]);
        assert_eq!(hashes(b"<style>a{}</style><style>a{}</style>"), [a, a]);
        assert_ne!(hashes(b"<style>a{} </style>"), [a]);
        for none in ["", "<style", "<style>a{}", "<link rel=\"stylesheet\">"] {
            assert!(hashes(none.as_bytes()).is_empty(), "{none}");
        }
    }
}
