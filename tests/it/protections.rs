//! What every route has, whatever it does: our own name, our own pages, the headers of an answer, and
//! an end of what it reads and how long it waits.

use std::collections::BTreeSet;

use axum::{
    body::{Body, Bytes},
    http::{Method, header},
};
use futures_util::stream;
use serde_json::Value;

use crate::support::{Answer, Browser, ORIGIN, TestApp};

/// Headers of every answer of the API, whatever it says, but for those that no handler gave: who used
/// another name, or met a panic, gets none.
const HEADERS: [(&str, &str); 8] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    ),
    (
        "strict-transport-security",
        "max-age=63072000; includeSubDomains",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-robots-tag", "noindex, nofollow"),
];

/// How much most routes read, in bytes.
const BODY: usize = 16 * 1024;

/// A route as the API's description has it.
struct Route {
    method: Method,
    /// With an identifier in place of each brace.
    path: String,
    /// Whether a body is described.
    takes_json: bool,
}

impl Route {
    fn changes_something(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether only our own pages and programs that name us may send it: directories and providers prove
    /// by other means who they are.
    fn is_for_pages(&self) -> bool {
        self.path.starts_with("/api/") && !self.path.ends_with("/logout")
    }

    /// How much it reads, in bytes.
    fn limit(&self) -> usize {
        let parts: Vec<&str> = self.path.split('/').skip(3).collect();
        match parts[..] {
            ["items"] | ["items", _] => 640 * 1024,
            ["share-intents", _, "link"] => 128 * 1024,
            _ => BODY,
        }
    }
}

/// The path with identifiers of the right kind, which nobody has.
fn filled_in(path: &str) -> String {
    let mut filled: Vec<String> = Vec::new();
    for part in path.split('/') {
        let Some(name) = part.strip_prefix('{') else {
            filled.push(part.to_owned());
            continue;
        };
        // What `{id}` names is said before it.
        let name = if name == "id}" {
            filled.last().map_or("", String::as_str)
        } else {
            name
        };
        let kind = match &name[..4.min(name.len())] {
            "item" => "itm",
            "link" => "lnk",
            "memb" => "mem",
            "team" => "tea",
            "atta" => "att",
            "prov" => "idp",
            "pass" => "pky",
            "sess" => "ses",
            "shar" => "int",
            "toke" => "sct",
            "work" => "wsp",
            // The standard's own names.
            _ => "User",
        };
        filled.push(format!("{kind}_{}", "0".repeat(32)));
    }
    filled.join("/")
}

fn routes() -> Vec<Route> {
    let described = serde_json::to_value(guestpass::web::document()).expect("a document");
    let mut routes = Vec::new();
    for (path, methods) in described["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let Ok(method) = method.to_uppercase().parse() else {
                continue;
            };
            routes.push(Route {
                method,
                path: filled_in(path),
                takes_json: operation["requestBody"]["content"]
                    .get("application/json")
                    .is_some(),
            });
        }
    }
    assert!(routes.len() > 100, "{} routes were read", routes.len());
    routes
}

/// Sends a request as our own pages do, but for the headers given.
async fn ask(
    browser: &Browser,
    (method, path): (&Method, &str),
    instead: &[(&'static str, &str)],
    body: Body,
) -> Answer {
    let mut headers = vec![
        ("host", ORIGIN.trim_start_matches("https://")),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ];
    for (name, value) in instead {
        headers.retain(|(other, _)| other != name);
        headers.push((name, value));
    }
    let mut request = browser.bare_request(method.clone(), path);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    browser.call(request, body).await
}

/// The headers that an answer should have, and hasn't.
fn missing(answer: &Answer) -> Vec<&'static str> {
    let wrong = HEADERS
        .iter()
        .filter(|(name, value)| answer.header(name) != *value);
    wrong.map(|(name, _)| *name).collect()
}

fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    body["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn no_route_answers_under_another_name() {
    let app = TestApp::new().await;
    let mut faults = Vec::new();
    let routes = routes().into_iter().map(|route| (route.method, route.path));
    let pages = ["/", "/s", "/nothing", "/api/v1/nothing", "/scim/v2/nothing"];
    let pages = pages.map(|path| (Method::GET, path.to_owned()));
    for (method, path) in routes.chain(pages) {
        let named = (&method, path.as_str());
        let answer = ask(
            &app.anon(),
            named,
            &[("host", "evil.example")],
            Body::empty(),
        )
        .await;
        if answer.status != 421 {
            faults.push(format!("{named:?}: {}", answer.status));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let (probe, load_balancer) = ((&Method::GET, "/healthz"), app.anon());
    let answer = ask(
        &load_balancer,
        probe,
        &[("host", "10.0.0.1")],
        Body::empty(),
    )
    .await;
    answer.is(200);
}

#[tokio::test]
async fn what_changes_something_is_for_our_own_pages() {
    let app = TestApp::new().await;
    let mut faults = Vec::new();
    for route in routes().iter().filter(|route| route.changes_something()) {
        let named = (&route.method, route.path.as_str());
        let from_elsewhere = [("sec-fetch-site", "cross-site")];
        let answer = ask(&app.anon(), named, &from_elsewhere, Body::empty()).await;
        if (code(&answer) == "cross_site") != route.is_for_pages() {
            faults.push(format!("{named:?}: {} {}", answer.status, answer.text()));
        }
        if !missing(&answer).is_empty() {
            faults.push(format!("{named:?} lacks {:?}", missing(&answer)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn every_answer_of_the_api_has_its_headers() {
    let app = TestApp::new().await;
    let mut faults = Vec::new();
    let mut statuses = BTreeSet::new();
    let mut asked = Vec::new();
    for route in routes() {
        asked.push((route.method, route.path.clone()));
        // No route has this one.
        asked.push((Method::TRACE, route.path));
    }
    asked.push((Method::GET, "/api/v1/nothing".to_owned()));
    asked.push((Method::GET, "/scim/v2/nothing".to_owned()));
    asked.push((Method::HEAD, "/api/v1/session".to_owned()));
    for (method, path) in asked {
        let named = (&method, path.as_str());
        let answer = ask(&app.anon(), named, &[], Body::from("{}")).await;
        statuses.insert(answer.status.as_u16());
        if !missing(&answer).is_empty() {
            faults.push(format!(
                "{named:?}, {}, lacks {:?}",
                answer.status,
                missing(&answer)
            ));
        }
        // Directories have to say first who they are.
        let wrong_method = method == Method::TRACE && path.starts_with("/api/");
        let allowed = answer.headers.contains_key(header::ALLOW);
        if wrong_method && !(answer.status == 405 && allowed) {
            faults.push(format!("{named:?} gave {}", answer.status));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for status in [200, 400, 401, 404, 405] {
        assert!(statuses.contains(&status), "none gave {status}");
    }
}

/// JSON of so many bytes.
fn json_of(length: usize) -> Body {
    let frame = r#"{"a":""}"#.len();
    Body::from(format!(r#"{{"a":"{}"}}"#, "a".repeat(length - frame)))
}

#[tokio::test]
async fn no_route_reads_more_than_it_may() {
    let app = TestApp::new().await;
    let (_, owner) = app.larkfield().await;
    let mut faults = Vec::new();
    let mut tried = 0;
    // Directories bring a token of their own, providers a form, and files and pictures are no JSON.
    for route in routes()
        .iter()
        .filter(|route| route.takes_json && route.is_for_pages())
    {
        let named = (&route.method, route.path.as_str());
        let limit = route.limit();
        let too_long = ask(&owner, named, &[], json_of(limit + 1)).await;
        let fits = ask(&owner, named, &[], json_of(limit)).await;
        if too_long.status != 413 || fits.status == 413 {
            faults.push(format!("{named:?}: {}, {}", too_long.status, fits.status));
        }
        tried += 1;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tried > 30, "{tried} routes were tried");
}

#[tokio::test]
async fn who_never_ends_is_not_waited_for() {
    let app = TestApp::new().await;
    tokio::time::pause();
    let form = "application/x-www-form-urlencoded";
    let logout = filled_in("/api/v1/providers/{id}/logout");
    for (path, kind) in [
        ("/api/v1/sign-in", "application/json"),
        ("/api/v1/guest/peek", "application/json"),
        (&logout, form),
    ] {
        let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let started = tokio::time::Instant::now();
        let answer = ask(
            &app.anon(),
            (&Method::POST, path),
            &[("content-type", kind)],
            endless,
        )
        .await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(started.elapsed().as_secs(), 30, "{path}");
    }
}
