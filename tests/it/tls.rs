//! The server without a proxy: TLS, HTTP/2, and certificates that are renewed.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue};
use guestpass::web::listen::{self, Tls};
use rustls::{ProtocolVersion, SupportedProtocolVersion};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
    task::JoinHandle,
};

use crate::support::{
    ORIGIN, TestApp, process,
    tls::{Authority, Client},
};

/// What browsers of ten years ago speak.
const OLD: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
const HOST: &str = "vault.larkfield.example";

/// An app behind its own TLS.
struct Served {
    authority: Authority,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn new(app: &TestApp) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let authority = Authority::new();
        authority.issue(HOST, folder.path());
        let at = |name: &str| folder.path().join(name);
        let tls = Tls::open(at("fullchain.pem"), at("key.pem")).expect("a pair");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(listen::serve(
            listener,
            Some(tls),
            app.router.clone(),
            stopped,
        ));
        Self {
            authority,
            address,
            stop,
            serving,
            _folder: folder,
        }
    }

    async fn connect(&self, offer: &[&str]) -> Client {
        self.authority.connect(self.address, HOST, offer).await
    }

    async fn stop(self) {
        self.stop.send(()).expect("it serves");
        self.serving.await.expect("it ends well");
    }
}

fn json_from_a_page() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
    headers
}

#[tokio::test]
async fn pages_and_the_api_work_over_every_protocol_a_client_may_speak() {
    let app = TestApp::new().await;
    let mut served = Served::new(&app).await;
    for (offer, agreed) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&[], None),
    ] {
        let mut client = served.connect(offer).await;
        assert_eq!(client.protocol.as_deref(), agreed);
        assert_eq!(client.version, ProtocolVersion::TLSv1_3);
        let page = client.send(ORIGIN, "GET", "/s", HeaderMap::new(), "").await;
        assert!(
            [200, 503].contains(&page.status.as_u16()),
            "{}",
            page.text()
        );
        assert!(page.header("content-security-policy").contains("sandbox"));
        let answer = client
            .send(ORIGIN, "GET", "/api/v1/session", HeaderMap::new(), "")
            .await;
        answer.problem(401, "signed_out");
        let elsewhere = "https://elsewhere.example";
        let answer = client
            .send(elsewhere, "GET", "/s", HeaderMap::new(), "")
            .await;
        answer.problem(421, "wrong_host");
    }
    served.authority.versions = OLD;
    let mut old = served.connect(&["h2"]).await;
    assert_eq!(old.version, ProtocolVersion::TLSv1_2);
    let robots = old.send(ORIGIN, "GET", "/robots.txt", HeaderMap::new(), "");
    robots.await.is(200);
    served.stop().await;
}

/// A one-time link is looked at and opened over HTTP/2, with cookies in fields of their own as
/// RFC 9113, section 8.2.3, lets browsers send them. Over HTTP/1.1 it is gone then.
#[tokio::test]
async fn a_link_is_opened_over_http2() {
    let app = TestApp::new().await;
    let (_, owner) = app.larkfield().await;
    let item = owner.add_account().await;
    let link = app.share(&owner, &item, true).await;
    let served = Served::new(&app).await;
    let mut client = served.connect(&["h2"]).await;
    let proof = link.proof().to_string();
    let ask = async |client: &mut Client, path: &str, headers: HeaderMap| {
        let path = format!("/api/v1/guest/{path}");
        client
            .send(ORIGIN, "POST", &path, headers, proof.clone())
            .await
    };
    let peeked = ask(&mut client, "peek", json_from_a_page()).await.is(200);
    let binder = peeked
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie");
    assert!(binder.starts_with("__Host-binder="), "{binder}");

    let mut headers = json_from_a_page();
    headers.append("cookie", HeaderValue::from_static("other=1"));
    headers.append("cookie", binder.parse().expect("a header"));
    let claimed = ask(&mut client, "claim", headers.clone()).await.is(200);
    assert!(claimed.json::<Value>()["ct"].is_string());
    let again = ask(&mut client, "claim", headers).await;
    again.is(200);

    let mut late = served.connect(&["http/1.1"]).await;
    ask(&mut late, "peek", json_from_a_page())
        .await
        .problem(410, "link_spent");
    served.stop().await;
    app.run_jobs().await;
}

/// The first frame of a server is its settings (RFC 9113, section 6.5).
#[tokio::test]
async fn one_connection_takes_only_so_much() {
    let app = TestApp::new().await;
    let served = Served::new(&app).await;
    let mut stream = served.authority.shake(served.address, HOST, &["h2"]).await;
    let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    stream.write_all(hello).await.expect("it is sent");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("a frame");
    assert_eq!(head[3], 4, "settings");
    let mut settings = vec![0; usize::from(head[2])];
    stream.read_exact(&mut settings).await.expect("a frame");
    let settings: BTreeMap<u8, u32> = settings
        .chunks_exact(6)
        .map(|one| (one[1], u32::from_be_bytes([one[2], one[3], one[4], one[5]])))
        .collect();
    for (what, id, value) in [
        ("requests at once", 3, 100),
        ("a request's bytes under way", 4, 256 * 1024),
        ("its headers", 6, 16 * 1024),
    ] {
        assert_eq!(settings.get(&id), Some(&value), "{what}: {settings:?}");
    }
    drop(stream);

    let mut client = served.connect(&["h2"]).await;
    let mut long = HeaderMap::new();
    for n in 0..20 {
        let name: axum::http::HeaderName = format!("x-{n}").parse().expect("a name");
        long.insert(name, "x".repeat(1_000).parse().expect("a value"));
    }
    let path = "/robots.txt";
    client.send(ORIGIN, "GET", path, long, "").await.is(431);
    client
        .send(ORIGIN, "GET", path, HeaderMap::new(), "")
        .await
        .is(200);
    served.stop().await;
}

/// The binary with a certificate of its own, and what it says.
struct Binary {
    child: Child,
    said: mpsc::Receiver<String>,
}

impl Binary {
    fn serve(folder: &Path) -> Self {
        let mut child = process::guestpass()
            .current_dir(folder)
            .args(["serve", "--config", "guestpass.toml"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("guestpass runs");
        let stream = child.stderr.take().expect("piped");
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, said }
    }

    /// Waits until it says this.
    fn says(&self, mark: &str) -> String {
        loop {
            let line = self.said.recv_timeout(Duration::from_secs(30));
            let line = line.unwrap_or_else(|error| panic!("it never said {mark:?}: {error}"));
            if line.contains(mark) {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configured() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://localhost:1\"\n\
                  tls_certificate = \"fullchain.pem\"\ntls_key = \"key.pem\"\n\
                  [mail]\ntransport = \"folder\"\nfolder = \"mails\"\nfrom = \"guestpass@larkfield.example\"\n";
    fs::write(folder.path().join("guestpass.toml"), config).expect("a configuration");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_taken_up_without_a_restart() {
    let (folder, authority) = (configured(), Authority::new());
    authority.issue("localhost", folder.path());
    let mut binary = Binary::serve(folder.path());
    let line = binary.says("listening");
    let address = line
        .split("address=")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let address: SocketAddr = address
        .and_then(|text| text.parse().ok())
        .expect("an address");
    let shown = async || {
        let mut client = authority.connect(address, "localhost", &["h2"]).await;
        let alive = client.send(
            "https://localhost:1",
            "GET",
            "/healthz",
            HeaderMap::new(),
            "",
        );
        alive.await.is(200);
        client.certificate
    };
    let first = shown().await;
    authority.issue("localhost", folder.path());
    assert_eq!(shown().await, first, "nobody has looked yet");
    binary.signal("HUP");
    binary.says("the certificate was renewed");
    let second = shown().await;
    assert_ne!(second, first);

    fs::write(folder.path().join("fullchain.pem"), "nothing").expect("it is written");
    binary.signal("HUP");
    let line = binary.says("can't be renewed, the old one stays");
    assert!(
        line.contains("ERROR") && line.contains("holds no certificate"),
        "{line}"
    );
    assert_eq!(shown().await, second);
    binary.signal("TERM");
    let ended = binary.child.wait().expect("it ends");
    assert!(ended.success(), "{ended}");
}

#[test]
fn check_config_refuses_what_is_no_pair() {
    let folder = configured();
    let (one, two) = (Authority::new(), Authority::new());
    one.issue("localhost", folder.path());
    let check = || {
        let checked = process::guestpass()
            .current_dir(folder.path())
            .args(["check-config", "--config", "guestpass.toml"])
            .output()
            .expect("guestpass runs");
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        (checked.status.code(), said)
    };
    assert_eq!(check(), (Some(0), String::new()));
    let certificate = fs::read(folder.path().join("fullchain.pem")).expect("a certificate");
    two.issue("localhost", folder.path());
    fs::write(folder.path().join("fullchain.pem"), certificate).expect("it is written");
    let (code, said) = check();
    assert_eq!(code, Some(1));
    assert!(
        said.contains("server.tls_key (guestpass.toml:5) can't be used: key.pem is not the key of the certificate in fullchain.pem"),
        "{said}"
    );
}
