//! The front ends: documents and assets that were built from `web/` and are part of the binary.
//!
//! A release build makes every answer once and then only hands it out. A development build reads
//! `web/dist` for each, so that a page can be rebuilt without building the server.

mod answers;
mod encoding;
mod policy;
mod styles;

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::{
    app::App,
    base::language::{self, Language},
    web::problem::Problem,
};
use answers::{Answers, Built, File};
use policy::Policy;

#[derive(RustEmbed)]
#[folder = "web/dist/"]
// A checkout without built pages still compiles; it answers with how to build them.
#[allow_missing = true]
struct Dist;

fn built(name: &str) -> Option<Built> {
    let file = Dist::get(name)?;
    Some(Built {
        hash: file.metadata.sha256_hash(),
        data: file.data,
    })
}

/// Names of assets hold a hash of their content: whoever has one never needs to ask again.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Documents that show or lead to secrets leave no copy anywhere, not even in the back-forward cache.
const NEVER: &str = "no-store";
/// May be kept, and is asked for again each time.
const ASK_AGAIN: &str = "no-cache";

const APP: Document = Document::new("app.html", "app.html", Policy::App, NEVER);
const GUEST: Document = Document::new("guest.html", "guest-de.html", Policy::Sandboxed, NEVER);
const CONFIRM: Document =
    Document::new("confirm.html", "confirm-de.html", Policy::Sandboxed, NEVER);
const MAILBOX: Document = Document::new("mailbox.html", "mailbox-de.html", Policy::Static, NEVER);
const CONSIDERATIONS: Document = Document::new(
    "security-considerations.html",
    "security-considerations-de.html",
    Policy::Static,
    ASK_AGAIN,
);
const ABOUT_LINKS: Document = Document::new(
    "about-links.html",
    "about-links-de.html",
    Policy::Static,
    ASK_AGAIN,
);
const DOCUMENTS: [Document; 6] = [APP, GUEST, CONFIRM, MAILBOX, CONSIDERATIONS, ABOUT_LINKS];

const fn page(name: &'static str, policy: Policy, caching: &'static str) -> File<'static> {
    File {
        name,
        policy,
        caching,
        by_language: true,
    }
}

/// A page, in every language. The app is one document that chooses its language itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Document {
    english: File<'static>,
    german: File<'static>,
}

impl Document {
    const fn new(
        english: &'static str,
        german: &'static str,
        policy: Policy,
        caching: &'static str,
    ) -> Self {
        Self {
            english: page(english, policy, caching),
            german: page(german, policy, caching),
        }
    }

    const fn in_language(self, language: Language) -> File<'static> {
        match language {
            Language::En => self.english,
            Language::De => self.german,
        }
    }
}

/// Which language a reader gets: what the address says, as those in mails to members do; else what the
/// browser asks for.
fn language_of(request: &Request) -> Language {
    let query = request.uri().query().unwrap_or_default();
    let named = query
        .split('&')
        .find_map(|part| part.strip_prefix("lang="))
        .and_then(language::by_tag);
    let asked = || {
        let header = request.headers().get(header::ACCEPT_LANGUAGE)?;
        language::accepted(header.to_str().ok()?)
    };
    named.or_else(asked).unwrap_or_default()
}

fn asset_file(name: &str) -> File<'_> {
    File {
        name,
        policy: Policy::Asset,
        caching: FOREVER,
        by_language: false,
    }
}

/// The icon for who asks for it without having read a document.
static ICON: LazyLock<Option<String>> = LazyLock::new(|| {
    Dist::iter()
        .find(|name| name.starts_with("assets/icon-") && name.ends_with(".svg"))
        .map(Cow::into_owned)
});

fn icon_file() -> Option<File<'static>> {
    Some(File {
        name: ICON.as_deref()?,
        policy: Policy::Asset,
        caching: ASK_AGAIN,
        by_language: false,
    })
}

/// Every answer of a release build.
static READY: LazyLock<Ready> = LazyLock::new(Ready::new);

struct Ready {
    files: HashMap<String, Answers>,
    icon: Option<Answers>,
}

impl Ready {
    fn new() -> Self {
        let names: Vec<_> = Dist::iter()
            .filter(|name| name.starts_with("assets/"))
            .collect();
        let assets = names.iter().map(|name| asset_file(name));
        let files = DOCUMENTS
            .into_iter()
            .flat_map(|document| [document.english, document.german])
            .chain(assets)
            .filter_map(|file| Some((file.name.to_owned(), Answers::make(built, file)?)))
            .collect();
        Self {
            files,
            icon: icon_file().and_then(|file| Answers::make(built, file)),
        }
    }
}

/// Makes the answers before anybody waits for one.
pub fn prepare() {
    if !cfg!(debug_assertions) {
        LazyLock::force(&READY);
    }
}

/// Answers with a file; nothing when there is none.
fn answer(file: File, request: &HeaderMap) -> Option<Response> {
    if cfg!(debug_assertions) {
        return Some(Answers::make(built, file)?.to(request));
    }
    Some(READY.files.get(file.name)?.to(request))
}

/// Which document a path shows. Everything else is the app's, which knows its own pages.
fn document_at(path: &str, open_mailbox: bool) -> Document {
    match path {
        "/confirm" | "/confirm-sign-in" => CONFIRM,
        "/security-considerations" => CONSIDERATIONS,
        "/about-links" => ABOUT_LINKS,
        "/mailbox" if open_mailbox => MAILBOX,
        _ if is_guest_path(path) => GUEST,
        _ => APP,
    }
}

/// `/s`, also with what messengers make of a link: `/s%231…`, `/s/`, `/s.`. The page says that
/// the link is incomplete. No page of the app starts like that.
fn is_guest_path(path: &str) -> bool {
    path.strip_prefix("/s")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// Answers any path with its document.
pub async fn document(State(app): State<App>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_allowed();
    }
    let document = document_at(request.uri().path(), app.open_mailbox().is_some());
    let file = document.in_language(language_of(&request));
    answer(file, request.headers()).unwrap_or_else(|| not_built(file.policy))
}

/// Answers with an asset; its name holds its hash.
pub async fn asset(request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    let plain = name
        .strip_prefix("assets/")
        .is_some_and(|name| !name.contains(['/', '%', '\\']));
    let found = if plain {
        answer(asset_file(name), request.headers())
    } else {
        None
    };
    found.unwrap_or_else(not_found)
}

/// The icon, for who asks for it without having read a document.
pub async fn icon(request: Request) -> Response {
    let found = if cfg!(debug_assertions) {
        icon_file()
            .and_then(|file| Answers::make(built, file))
            .map(|answers| answers.to(request.headers()))
    } else {
        READY
            .icon
            .as_ref()
            .map(|answers| answers.to(request.headers()))
    };
    found.unwrap_or_else(not_found)
}

/// Nothing here is for search engines.
pub async fn robots() -> Response {
    with_policy(
        Policy::Asset,
        "User-agent: *\nDisallow: /\n".into_response(),
    )
}

fn with_policy(policy: Policy, mut response: Response) -> Response {
    policy.apply(response.headers_mut(), &[]);
    response
}

fn not_found() -> Response {
    with_policy(Policy::Asset, Problem::not_found().into_response())
}

fn not_allowed() -> Response {
    let mut response = Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "Pages are only read",
        "Use GET.",
    )
    .into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn not_built(policy: Policy) -> Response {
    let text = "This build holds no pages. Build them first: cargo xtask demo does all of it.\n";
    let response = (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CACHE_CONTROL, NEVER)],
        text,
    );
    with_policy(policy, response.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_show_their_documents() {
        for (path, file) in [
            ("/", "app.html"),
            ("/accounts", "app.html"),
            ("/secrets", "app.html"),
            ("/sign-in", "app.html"),
            ("/settings/me", "app.html"),
            ("/s", "guest.html"),
            ("/s/", "guest.html"),
            ("/s%231AAAA", "guest.html"),
            ("/s.", "guest.html"),
            ("/S", "app.html"),
            ("/confirm", "confirm.html"),
            ("/confirm-sign-in", "confirm.html"),
            ("/about-links", "about-links.html"),
            ("/security-considerations", "security-considerations.html"),
            ("/mailbox", "mailbox.html"),
        ] {
            assert_eq!(document_at(path, true).english.name, file, "{path}");
        }
        assert_eq!(
            document_at("/mailbox", false),
            APP,
            "only the demo has a mailbox"
        );
    }

    #[test]
    fn the_address_counts_for_more_than_what_the_browser_asks_for() {
        for (uri, accepted, file) in [
            ("/s", "de-DE,de;q=0.9,en;q=0.8", "guest-de.html"),
            ("/s", "en-GB,de;q=0.5", "guest.html"),
            ("/s", "fr", "guest.html"),
            ("/s", "", "guest.html"),
            ("/confirm?lang=de", "en", "confirm-de.html"),
            ("/confirm?lang=en", "de", "confirm.html"),
            ("/confirm?lang=fr", "de", "confirm-de.html"),
            ("/confirm?x=1&lang=de", "en", "confirm-de.html"),
            ("/accounts?lang=de", "de", "app.html"),
        ] {
            let request = Request::builder()
                .uri(uri)
                .header(header::ACCEPT_LANGUAGE, accepted)
                .body(axum::body::Body::empty())
                .unwrap();
            let document = document_at(request.uri().path(), false);
            let shown = document.in_language(language_of(&request));
            assert_eq!(shown.name, file, "{uri} for {accepted}");
        }
    }
}
