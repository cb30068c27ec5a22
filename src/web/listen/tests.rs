//! Connections under small limits, over the system's own sockets.

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

const LIMITS: Limits = Limits {
    connections: 64,
    handshake: Duration::from_secs(60),
    silence: Duration::from_secs(60),
};
const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Running {
    async fn with(limits: Limits, tls: Option<Tls>, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve_within(limits, listener, tls, router, async {
            let _ = stopped.await;
        }));
        Self {
            address,
            stop,
            serving,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// Reads an answer to `ASK`.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    while !text.ends_with("hello") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.unwrap();
        assert_ne!(length, 0, "it ended after {text:?}");
        text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    text
}

/// Waits until the other side closes.
async fn closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

#[test]
fn connections_leave_files_for_everything_else() {
    for (files, connections) in [(0, 64), (1_024, 768), (524_288, 16_384), (u64::MAX, 16_384)] {
        assert_eq!(
            Limits::with_open_files(files).connections,
            connections,
            "{files}"
        );
    }
    assert!(raise_open_files() > 0);
}

#[tokio::test]
async fn a_connection_too_many_waits_until_another_ends() {
    let limits = Limits {
        connections: 1,
        ..LIMITS
    };
    let running = Running::with(limits, None, hello()).await;
    let mut first = running.connect().await;
    first.write_all(ASK).await.unwrap();
    answer(&mut first).await;

    let mut second = running.connect().await;
    second.write_all(ASK).await.unwrap();
    let mut early = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(100), second.peek(&mut early)).await;
    assert!(early.is_err(), "it is not served beside the first");
    first.write_all(ASK).await.unwrap();
    answer(&mut first).await;
    drop(first);
    answer(&mut second).await;
    running.stop().await;
}

#[tokio::test]
async fn a_silent_connection_ends() {
    let limits = Limits {
        silence: Duration::from_millis(50),
        ..LIMITS
    };
    let running = Running::with(limits, None, hello()).await;
    let mut idle = running.connect().await;
    closed(&mut idle).await;
    running.stop().await;
}

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_loses_its_place() {
    let limits = Limits {
        connections: 1,
        silence: Duration::from_millis(100),
        ..LIMITS
    };
    let router = hello().route("/large", get(async || vec![0; 64 * 1024 * 1024]));
    let running = Running::with(limits, None, router).await;
    let mut stuck = running.connect().await;
    let ask = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n";
    stuck.write_all(ask).await.unwrap();
    stuck.read_exact(&mut [0; 1]).await.unwrap();

    let mut next = running.connect().await;
    next.write_all(ASK).await.unwrap();
    answer(&mut next).await;
    running.stop().await;
    drop(stuck);
}

#[tokio::test]
async fn a_handshake_that_never_comes_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(path("certificate"), made.cert.pem()).unwrap();
    std::fs::write(path("key"), made.signing_key.serialize_pem()).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path("key"), private).unwrap();
    let tls = Tls::open(path("certificate"), path("key")).unwrap();
    let limits = Limits {
        handshake: Duration::from_millis(50),
        ..LIMITS
    };
    let running = Running::with(limits, Some(tls), hello()).await;
    let mut silent = running.connect().await;
    let mut plain = running.connect().await;
    plain.write_all(ASK).await.unwrap();
    closed(&mut plain).await;
    closed(&mut silent).await;
    running.stop().await;
}

#[tokio::test]
async fn an_answer_under_way_ends_when_the_server_stops() {
    let (begun, started) = oneshot::channel();
    let (go, gone) = oneshot::channel();
    let once = std::sync::Mutex::new(Some((begun, gone)));
    let slow = move || {
        let (begun, gone) = once.lock().unwrap().take().unwrap();
        async move {
            begun.send(()).unwrap();
            let _: Result<(), _> = gone.await;
            "hello"
        }
    };
    let slow = Arc::new(slow);
    let router = Router::new().route("/", get(async move || slow().await));
    let running = Running::with(LIMITS, None, router).await;
    let mut stream = running.connect().await;
    stream.write_all(ASK).await.unwrap();
    started.await.unwrap();
    let Running { stop, serving, .. } = running;
    stop.send(()).unwrap();
    go.send(()).unwrap();
    answer(&mut stream).await;
    closed(&mut stream).await;
    serving.await.unwrap();
}
