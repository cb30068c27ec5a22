//! What browsers may do with our pages.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The set of rules something is served with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// The members' app: its framework needs one Trusted Types policy, its QR codes are saved from
    /// memory (`blob:`).
    App,
    /// Pages of recipients and mails: nothing beyond what they are for. Their style is in the
    /// document, and no other is allowed.
    Sandboxed,
    /// Pages that explain something.
    Static,
    /// Anything that is no document. The policy matters when somebody opens it as one: a picture
    /// may hold scripts.
    Asset,
}

const DOCUMENT: [(HeaderName, &str); 8] = [
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), \
         payment=(), clipboard-read=(), clipboard-write=(self)",
    ),
];

const EVERYWHERE: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=63072000; includeSubDomains",
    ),
];

impl Policy {
    /// Adds the headers. `styles` are the hashes of the styles in a document.
    pub(super) fn apply(self, headers: &mut HeaderMap, styles: &[String]) {
        if let Ok(csp) = HeaderValue::try_from(self.content_security_policy(styles)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        if self == Self::Asset {
            headers.insert(
                "cross-origin-resource-policy",
                HeaderValue::from_static("same-origin"),
            );
        } else {
            insert(headers, &DOCUMENT);
        }
        insert(headers, &EVERYWHERE);
    }

    fn content_security_policy(self, styles: &[String]) -> String {
        let style = match self {
            Self::Sandboxed if styles.is_empty() => "'none'".to_owned(),
            Self::Sandboxed => styles.join(" "),
            Self::App | Self::Static => "'self'".to_owned(),
            Self::Asset => return "default-src 'none'; frame-ancestors 'none'; sandbox".to_owned(),
        };
        let (images, types) = match self {
            Self::App => ("'self' blob:", "svelte-trusted-html"),
            _ => ("'self'", "'none'"),
        };
        // Pop-ups are for "Go to website", which opens a tab of its own, and for `otpauth:`
        // addresses, which open an authenticator app. What they open leaves the sandbox behind.
        let sandbox = match self {
            Self::Sandboxed => {
                "; sandbox allow-scripts allow-same-origin allow-popups \
                 allow-popups-to-escape-sandbox"
            }
            _ => "",
        };
        format!(
            "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src {style}; \
             img-src {images}; connect-src 'self'; form-action 'none'; base-uri 'none'; \
             frame-ancestors 'none'; worker-src 'none'; manifest-src 'none'; \
             require-trusted-types-for 'script'; trusted-types {types}{sandbox}"
        )
    }
}

fn insert(headers: &mut HeaderMap, all: &[(HeaderName, &'static str)]) {
    for (name, value) in all {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = "'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='";

    fn applied(policy: Policy, styles: &[String]) -> (HeaderMap, String) {
        let mut headers = HeaderMap::new();
        policy.apply(&mut headers, styles);
        let csp = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned();
        (headers, csp)
    }

    /// The sources of one directive.
    fn sources<'a>(csp: &'a str, directive: &str) -> &'a str {
        csp.split("; ")
            .filter_map(|part| part.split_once(' '))
            .find_map(|(name, sources)| (name == directive).then_some(sources))
            .unwrap_or_else(|| panic!("no {directive} in {csp}"))
    }

    #[test]
    fn no_page_may_run_inline_code_be_framed_or_reach_elsewhere() {
        for policy in [Policy::App, Policy::Sandboxed, Policy::Static] {
            let (headers, csp) = applied(policy, &[STYLE.to_owned()]);
            for (directive, wanted) in [
                ("default-src", "'none'"),
                ("script-src", "'self'"),
                ("script-src-attr", "'none'"),
                ("frame-ancestors", "'none'"),
                ("base-uri", "'none'"),
                ("form-action", "'none'"),
                ("connect-src", "'self'"),
                ("require-trusted-types-for", "'script'"),
            ] {
                assert_eq!(sources(&csp, directive), wanted, "{policy:?}: {directive}");
            }
            assert!(
                !csp.contains("unsafe") && !csp.contains("http") && !csp.contains('*'),
                "{policy:?}"
            );
            assert_eq!(
                csp.contains("sandbox"),
                policy == Policy::Sandboxed,
                "{policy:?}"
            );
            assert!(!csp.contains("  "), "{policy:?}: one line without gaps");
            assert_eq!(headers["referrer-policy"], "no-referrer");
        }
    }

    #[test]
    fn a_style_is_allowed_by_its_hash_and_on_sandboxed_pages_alone() {
        let style = [STYLE.to_owned()];
        assert_eq!(
            sources(&applied(Policy::Sandboxed, &style).1, "style-src"),
            STYLE
        );
        assert_eq!(
            sources(&applied(Policy::Sandboxed, &[]).1, "style-src"),
            "'none'"
        );
        for policy in [Policy::App, Policy::Static] {
            let (_, csp) = applied(policy, &style);
            assert_eq!(sources(&csp, "style-src"), "'self'", "{policy:?}");
            assert!(!csp.contains("sha256"), "{policy:?}");
        }
        let (_, csp) = applied(Policy::Asset, &style);
        assert_eq!(csp, "default-src 'none'; frame-ancestors 'none'; sandbox");
    }
}
