//! What browsers may do with our pages.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The set of rules a document is served with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// The members' app: its framework needs one Trusted Types policy, its QR codes are saved from
    /// memory (`blob:`).
    App,
    /// Pages of recipients and mails: nothing beyond what they are for.
    Sandboxed,
    /// Pages that explain something.
    Static,
}

const APP: &str = "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; \
    img-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'; worker-src 'none'; manifest-src 'none'; \
    require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

// Pop-ups are for "Go to website", which opens a tab of its own, and for `otpauth:` addresses,
// which open an authenticator app. What they open leaves the sandbox behind.
const SANDBOXED: &str = "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'; worker-src 'none'; manifest-src 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'; \
    sandbox allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";

const STATIC: &str = "default-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'; worker-src 'none'; manifest-src 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

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
    /// Adds the headers of a document.
    pub(super) fn apply(self, headers: &mut HeaderMap) {
        let csp = match self {
            Self::App => APP,
            Self::Sandboxed => SANDBOXED,
            Self::Static => STATIC,
        };
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(csp),
        );
        insert(headers, &DOCUMENT);
        insert(headers, &EVERYWHERE);
    }
}

/// Adds the headers of anything that is no document. The policy matters when somebody opens it as
/// one: a picture may hold scripts.
pub(super) fn asset(headers: &mut HeaderMap) {
    let csp = "default-src 'none'; frame-ancestors 'none'; sandbox";
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(csp),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    insert(headers, &EVERYWHERE);
}

fn insert(headers: &mut HeaderMap, all: &[(HeaderName, &'static str)]) {
    for (name, value) in all {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_may_run_inline_code_be_framed_or_reach_elsewhere() {
        for policy in [Policy::App, Policy::Sandboxed, Policy::Static] {
            let mut headers = HeaderMap::new();
            policy.apply(&mut headers);
            let csp = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            for wanted in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                "require-trusted-types-for 'script'",
            ] {
                assert!(csp.contains(wanted), "{policy:?}: {wanted}");
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
}
