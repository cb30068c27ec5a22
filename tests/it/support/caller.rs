//! Who calls. Each caller is a browser with cookies and a network address of its own.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, Response, request::Builder},
};
use guestpass::base::{id::WorkspaceId, public_url::PublicUrl};
use guestpass_api_types::{
    members::MemberBrief,
    sign_in::{Session, SignInStarted},
};
use serde::Serialize;
use serde_json::json;
use tower::ServiceExt;

use super::{Answer, ORIGIN, TestApp, app::Shared};

/// A browser: cookies, an address, a name.
#[derive(Clone)]
pub struct Browser {
    shared: Arc<Shared>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    pub address: IpAddr,
    pub user_agent: String,
}

/// Somebody who isn't signed in.
#[derive(Clone)]
pub struct Anon(pub Browser);

/// Somebody outside the company, with nothing but a link.
#[derive(Clone)]
pub struct Recipient(pub Browser);

/// A signed-in member.
#[derive(Clone)]
pub struct MemberCaller {
    browser: Browser,
    pub brief: MemberBrief,
}

macro_rules! is_a_browser {
    ($($caller:ident.$field:tt),*) => {$(
        impl Deref for $caller {
            type Target = Browser;

            fn deref(&self) -> &Browser {
                &self.$field
            }
        }
    )*};
}

is_a_browser!(Anon.0, Recipient.0, MemberCaller.browser);

impl TestApp {
    pub fn anon(&self) -> Anon {
        Anon(Browser::new(self.shared()))
    }

    pub fn recipient(&self) -> Recipient {
        Recipient(Browser::new(self.shared()))
    }

    /// Signs a member in through their mail, in a browser of their own.
    pub async fn sign_in(&self, email: &str) -> MemberCaller {
        self.sign_in_with(Browser::new(self.shared()), email).await
    }

    /// Has a member prove once more, in the browser they are signed in with, who they are.
    pub async fn sign_in_again(&self, member: &MemberCaller) {
        self.sign_in_with(member.browser.clone(), &member.brief.email)
            .await;
    }

    async fn sign_in_with(&self, browser: Browser, email: &str) -> MemberCaller {
        let session = self.sign_in_to(&browser, email, None).await;
        MemberCaller {
            browser,
            brief: session.member,
        }
    }

    /// Signs somebody in on the page of a workspace, or on that of none.
    pub async fn sign_in_to(
        &self,
        browser: &Browser,
        email: &str,
        workspace: Option<WorkspaceId>,
    ) -> Session {
        // The clock stands still: mails that are sent together arrive in any order.
        self.run_jobs().await;
        let body = json!({ "email": email, "workspace": workspace });
        browser.post("/sign-in", body).await.is(202);
        let token = self.newest_mail_to(email).await.token();
        let body = json!({ "token": token });
        browser.post("/sign-in/confirm", body).await.is(200);
        browser.get("/session").await.is(200).json()
    }
}

impl MemberCaller {
    /// The browser they are signed in with.
    pub fn browser(&self) -> Browser {
        self.browser.clone()
    }
}

impl Browser {
    /// A browser nobody used before, at an address nobody else has: limits by address are for
    /// the tests that are about them.
    pub fn new(shared: Arc<Shared>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let [_, a, b, c] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Self {
            shared,
            cookies: Arc::default(),
            address: IpAddr::V4(Ipv4Addr::new(10, a, b, c)),
            user_agent: "Mozilla/5.0 (Macintosh; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
        }
    }

    /// The same browser, as if all its cookies had been lost.
    pub fn without_cookies(&self) -> Self {
        Self {
            cookies: Arc::default(),
            ..self.clone()
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(self.request(Method::GET, path), Body::empty())
            .await
    }

    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.made(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.made(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: impl Serialize) -> Answer {
        self.made(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.made(Method::DELETE, path, json!({})).await
    }

    /// Uploads bytes as they are.
    pub async fn put_bytes(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::PUT, path);
        let request = request.header("content-type", "application/octet-stream");
        self.call(request, Body::from(bytes)).await
    }

    /// A call that is made now and sent when it is awaited. Of several that are sent at once, the first
    /// answer may be there, with other cookies, before the last one would be made.
    pub fn made(
        &self,
        method: Method,
        path: &str,
        body: impl Serialize,
    ) -> impl Future<Output = Answer> {
        let request = self
            .request(method, path)
            .header("content-type", "application/json");
        let body = serde_json::to_vec(&body).expect("the body is JSON");
        self.call(request, Body::from(body))
    }

    /// A request as our own pages send it. `path` is below `/api/v1`, or a page's whole path when
    /// it starts with `//`.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let uri = match path.strip_prefix('/') {
            Some(page) if page.starts_with('/') => page.to_owned(),
            _ => format!("/api/v1{path}"),
        };
        self.bare_request(method, &uri)
            .header(
                "host",
                PublicUrl::parse(ORIGIN)
                    .expect("a public address")
                    .authority(),
            )
            .header("sec-fetch-site", "same-origin")
    }

    /// A request with nothing but what every browser says of itself.
    pub fn bare_request(&self, method: Method, uri: &str) -> Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("user-agent", &self.user_agent)
            .extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let cookies: Vec<String> = self
            .jar()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        request
    }

    /// Sends a request and reads the whole answer.
    pub async fn call(&self, request: Builder, body: Body) -> Answer {
        Answer::read(self.send(request, body).await).await
    }

    /// Sends a request; the answer's body can be read as it comes.
    pub async fn send(&self, request: Builder, body: Body) -> Response<Body> {
        let request = request.body(body).expect("a request");
        let response = self.shared.router.clone().oneshot(request).await;
        let response = response.unwrap_or_else(|never| match never {});
        for line in response.headers().get_all("set-cookie") {
            self.keep_cookie(line.to_str().expect("cookies are text"));
        }
        response
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// Keeps a cookie as a browser would, which refuses `__Host-` ones that aren't hardened.
    fn keep_cookie(&self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let pair = parts.next().expect("a cookie");
        let (name, value) = pair
            .split_once('=')
            .expect("a cookie has a name and a value");
        let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
        let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
        assert!(name.starts_with("__Host-"), "{line}");
        assert!(has("secure") && has("httponly") && has("path=/"), "{line}");
        assert!(
            !attributes
                .iter()
                .any(|attribute| attribute.starts_with("domain")),
            "{line}"
        );
        if has("max-age=0") {
            self.jar().remove(name);
        } else {
            self.jar().insert(name.to_owned(), value.to_owned());
        }
    }

    /// Asks for a sign-in mail.
    pub async fn start_sign_in(&self, email: &str) -> SignInStarted {
        self.post("/sign-in", json!({ "email": email }))
            .await
            .is(202)
            .json()
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
