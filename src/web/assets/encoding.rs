//! Which form of a file a client takes (RFC 9110, section 12.5.3).

use axum::http::HeaderValue;

/// A smaller form in which files were built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// All of them, smallest first. Preferences between them are not looked at: both are there
    /// already, so the smaller one is never worse.
    pub(super) const PACKED: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What the file's name ends with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// Its name in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// What an `Accept-Encoding` names.
pub(super) struct Accepted<'a>(&'a str);

impl<'a> Accepted<'a> {
    pub(super) fn read(header: Option<&'a HeaderValue>) -> Self {
        Self(header.and_then(|value| value.to_str().ok()).unwrap_or(""))
    }

    pub(super) fn takes(&self, encoding: Encoding) -> bool {
        self.0.split(',').any(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let named = pieces
                .next()
                .is_some_and(|piece| piece.eq_ignore_ascii_case(encoding.name()));
            named
                && !pieces
                    .filter_map(|piece| {
                        piece
                            .strip_prefix("q=")
                            .or_else(|| piece.strip_prefix("Q="))
                    })
                    .any(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_when_it_is_named_and_not_refused() {
        for (text, brotli, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("GZIP;q=1.0, br;q=0", false, true),
            ("br;q=0.5", true, false),
            ("brotli, xgzip, identity", false, false),
            ("gzip; q=0.000", false, false),
        ] {
            let value = HeaderValue::from_static(text);
            let accepted = Accepted::read(Some(&value));
            assert_eq!(accepted.takes(Encoding::Brotli), brotli, "{text}");
            assert_eq!(accepted.takes(Encoding::Gzip), gzip, "{text}");
        }
        assert!(!Accepted::read(None).takes(Encoding::Gzip));
    }
}
