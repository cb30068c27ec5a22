//! The real binary as a process, and people who use it over HTTP.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use guestpass_api_types::links::{IntentPayload, ShareIntent};
use guestpass_link_crypto::LinkSecret;
use reqwest::{Client, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{
    database::Database,
    sharing::{new_secret, seal},
};

/// A folder with a configuration, a key, a mailbox and a database, and nodes that run on it.
pub struct Installation {
    pub folder: tempfile::TempDir,
    pub database: Database,
    origin: String,
}

impl Installation {
    /// Prepares everything, with a workspace whose Owner is Mira.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = Database::create(folder.path()).await;
        let installation = Self {
            folder,
            database,
            origin: "http://localhost:1".to_owned(),
        };
        let done = guestpass()
            .args(["init", "--config"])
            .arg(installation.config(free_port()))
            .args(["--workspace", "Larkfield Studio", "--owner-email", MIRA])
            .args(["--owner-first-name", "Mira", "--owner-last-name", "Okafor"])
            .output()
            .expect("guestpass runs");
        assert!(
            done.status.success(),
            "init: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        installation
    }

    /// Writes the configuration of a node. All nodes have the same public address, since they stand
    /// behind one.
    fn config(&self, port: u16) -> PathBuf {
        let path = self.folder.path().join(format!("{port}.toml"));
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{origin}\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
             [database]\nurl = \"{url}\"\n\
             [keys]\nfile = \"{key}\"\nepoch_dir = \"{epochs}\"\n\
             [mail]\ntransport = \"folder\"\nfolder = \"{mails}\"\nfrom = \"Guestpass <guestpass@larkfield.example>\"\n\
             [log]\nlevel = \"trace\"\nformat = \"json\"\n",
            origin = self.origin,
            url = self.database.address(),
            key = at("root.key"),
            epochs = at("epochs"),
            mails = at("mails"),
        );
        std::fs::write(&path, text).expect("the configuration is written");
        path
    }

    /// Starts a node and waits until it is ready.
    pub async fn start(&self) -> Node {
        let port = free_port();
        let log = self.folder.path().join(format!("{port}.log"));
        let file = std::fs::File::create(&log).expect("a log file");
        let child = guestpass()
            .args(["serve", "--config"])
            .arg(self.config(port))
            .stdout(file.try_clone().expect("one file, two handles"))
            .stderr(file)
            .spawn()
            .expect("guestpass runs");
        let node = Node {
            child,
            address: Address {
                port,
                origin: self.origin.clone(),
            },
            log,
        };
        node.ready().await;
        node
    }

    pub fn mails(&self) -> PathBuf {
        self.folder.path().join("mails")
    }
}

pub const MIRA: &str = "mira.okafor@larkfield.example";

/// The binary, with nothing of this process's own settings: it would refuse those it doesn't know.
pub fn guestpass() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guestpass"));
    command.stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GUESTPASS_") {
            command.env_remove(name);
        }
    }
    command
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Where a node listens.
#[derive(Clone)]
pub struct Address {
    port: u16,
    origin: String,
}

/// A running node; killed when it is dropped.
pub struct Node {
    child: Child,
    address: Address,
    pub log: PathBuf,
}

impl std::ops::Deref for Node {
    type Target = Address;

    fn deref(&self) -> &Address {
        &self.address
    }
}

impl Node {
    async fn ready(&self) {
        let client = Client::new();
        let address = format!("http://127.0.0.1:{}/healthz", self.port);
        let patience = std::time::Instant::now() + Duration::from_secs(30);
        loop {
            if client
                .get(&address)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return;
            }
            assert!(
                std::time::Instant::now() < patience,
                "not ready: {}",
                std::fs::read_to_string(&self.log).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Where it listens, for a task of its own.
    pub fn address(&self) -> Address {
        self.address.clone()
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A browser with a cookie jar and an address of its own.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    address: String,
    cookies: std::collections::BTreeMap<String, String>,
}

impl Browser {
    /// Browser number `n`, at an address that no other has.
    pub fn new(n: u32) -> Self {
        let [_, b, c, d] = n.to_be_bytes();
        // They speak plain HTTP: hundreds of them needn't read the machine's certificates each.
        let client = Client::builder()
            .tls_certs_only([])
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        Self {
            client,
            address: format!("10.{b}.{c}.{d}"),
            cookies: Default::default(),
        }
    }

    pub async fn send(
        &mut self,
        node: &Address,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<(StatusCode, Value), reqwest::Error> {
        let answer = self.request(node, method, path, body).await?;
        let status = answer.status();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    fn prepare(
        &self,
        node: &Address,
        method: reqwest::Method,
        path: &str,
    ) -> reqwest::RequestBuilder {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let host = node.origin.split_once("://").expect("an origin").1;
        self.client
            .request(
                method,
                format!("http://127.0.0.1:{}/api/v1{path}", node.port),
            )
            .header(header::HOST, host)
            .header(header::ORIGIN, &node.origin)
            .header(header::COOKIE, cookies.join("; "))
            .header("x-forwarded-for", &self.address)
    }

    async fn request(
        &mut self,
        node: &Address,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Response, reqwest::Error> {
        let mut request = self.prepare(node, method.parse().expect("a method"), path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let pair = set
                .to_str()
                .expect("a cookie")
                .split(';')
                .next()
                .expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Ok(answer)
    }

    /// Opens a stream of events.
    pub async fn stream(&mut self, node: &Address, path: &str) -> Response {
        let answer = self.request(node, "GET", path, None).await;
        answer.expect("an answer")
    }

    /// What the cookies hold.
    pub fn cookie_values(&self) -> Vec<String> {
        self.cookies.values().cloned().collect()
    }

    /// Uploads a file's content.
    pub async fn upload(&self, node: &Address, path: &str, content: &[u8]) {
        let request = self
            .prepare(node, reqwest::Method::PUT, path)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(content.to_vec());
        let status = request.send().await.expect("an answer").status();
        assert_eq!(status.as_u16(), 204, "{path}");
    }

    /// Sends and expects this status.
    pub async fn expect(
        &mut self,
        node: &Address,
        status: u16,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let (got, answer) = self
            .send(node, method, path, body)
            .await
            .expect("an answer");
        assert_eq!(got.as_u16(), status, "{method} {path}: {answer}");
        answer
    }
}

/// Mira or whom she invited, signed in.
pub struct Member {
    pub browser: Browser,
    mails: PathBuf,
}

impl Member {
    /// Signs Mira in by mail.
    pub async fn sign_in(installation: &Installation, node: &Node) -> Self {
        Self::sign_in_as(installation, node, (MIRA, 1)).await
    }

    /// Signs somebody in by mail, in browser number `n`.
    pub async fn sign_in_as(
        installation: &Installation,
        node: &Node,
        (email, n): (&str, u32),
    ) -> Self {
        let mut browser = Browser::new(n);
        let asked = Some(json!({ "email": email }));
        browser.expect(node, 202, "POST", "/sign-in", asked).await;
        let mails = installation.mails();
        let token = wait_for_token(&mails, "/confirm-sign-in#").await;
        browser
            .expect(
                node,
                200,
                "POST",
                "/sign-in/confirm",
                Some(json!({ "token": token })),
            )
            .await;
        Self { browser, mails }
    }

    pub async fn add(&mut self, node: &Address, item: Value) -> String {
        let made = self
            .browser
            .expect(node, 201, "POST", "/items", Some(item))
            .await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Asks for a link; gives the intent and the token that was mailed.
    pub async fn ask(
        &mut self,
        node: &Address,
        item: &str,
        one_time: bool,
    ) -> (ShareIntent, String) {
        let new =
            json!({ "item": item, "expires_in": 3600, "one_time": one_time, "notify": false });
        let intent = self
            .browser
            .expect(node, 201, "POST", "/share-intents", Some(new))
            .await;
        let intent = serde_json::from_value(intent).expect("an intent");
        (intent, wait_for_token(&self.mails, "/confirm#").await)
    }

    /// Shares an item through the whole protocol; gives the link's secret.
    pub async fn share(&mut self, node: &Address, item: &str, one_time: bool) -> LinkSecret {
        let (intent, token) = self.ask(node, item, one_time).await;
        let confirm = json!({ "token": token });
        self.browser
            .expect(node, 200, "POST", "/confirm", Some(confirm))
            .await;
        let at = format!("/share-intents/{}", intent.id);
        let payload = self
            .browser
            .expect(node, 200, "GET", &format!("{at}/payload"), None)
            .await;
        let payload: IntentPayload = serde_json::from_value(payload).expect("a payload");
        let secret = new_secret();
        let sealed = seal(&secret, &payload);
        self.browser
            .expect(node, 201, "PUT", &format!("{at}/link"), Some(sealed))
            .await;
        secret
    }
}

/// Waits for a mail that holds an address with `mark`, takes it out of the folder, and gives what
/// follows the mark.
async fn wait_for_token(mails: &Path, mark: &str) -> String {
    let patience = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        for entry in std::fs::read_dir(mails).into_iter().flatten().flatten() {
            // What has another name is still being written.
            if entry
                .path()
                .extension()
                .is_none_or(|ending| ending != "eml")
            {
                continue;
            }
            let raw = std::fs::read(entry.path()).unwrap_or_default();
            let Some(text) = text_part(&raw) else {
                continue;
            };
            if let Some(at) = text.find(mark) {
                let token: String = text[at + mark.len()..].chars().take(43).collect();
                std::fs::remove_file(entry.path()).expect("the mail is taken");
                return token;
            }
        }
        assert!(std::time::Instant::now() < patience, "no mail with {mark}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn text_part(raw: &[u8]) -> Option<String> {
    let mail = mailparse::parse_mail(raw).ok()?;
    mail.parts()
        .find(|part| part.ctype.mimetype == "text/plain")
        .and_then(|part| part.get_body().ok())
}
