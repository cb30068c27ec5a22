//! Which form of a file a client takes (RFC 9110, section 12.5.3).

use axum::http::HeaderValue;

/// A form in which files were built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// What the file's name ends with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// Its name in `Content-Encoding`.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The compressed forms that an `Accept-Encoding` names, smallest first. Preferences between them
/// are not looked at: both are there already, so the smaller one is never worse.
pub(super) fn accepted(header: Option<&HeaderValue>) -> Vec<Encoding> {
    let Some(text) = header.and_then(|value| value.to_str().ok()) else {
        return Vec::new();
    };
    let takes = |name: &str| {
        text.split(',').any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let named = pieces
                .next()
                .is_some_and(|piece| piece.eq_ignore_ascii_case(name));
            let refused = pieces
                .filter_map(|piece| {
                    piece
                        .strip_prefix("q=")
                        .or_else(|| piece.strip_prefix("Q="))
                })
                .any(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
            named && !refused
        })
    };
    [Encoding::Brotli, Encoding::Gzip]
        .into_iter()
        .filter(|encoding| encoding.name().is_some_and(takes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_form_that_is_taken_wins() {
        use Encoding::{Brotli, Gzip};
        let forms = |text: &'static str| accepted(Some(&HeaderValue::from_static(text)));
        assert_eq!(forms("gzip, deflate, br, zstd"), [Brotli, Gzip]);
        assert_eq!(forms("GZIP;q=1.0, br;q=0"), [Gzip]);
        assert_eq!(forms("br;q=0.5"), [Brotli]);
        assert_eq!(forms("brotli, xgzip, identity"), []);
        assert_eq!(forms("gzip; q=0.000"), []);
        assert_eq!(accepted(None), []);
    }
}
