//! A mail server that answers what a test tells it to.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use guestpass::features::mail::{SmtpSecurity, SmtpSettings, Transport};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// A mail server on loopback, in the clear. Gone when it is dropped.
pub struct SmtpStub {
    pub address: SocketAddr,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    /// Mails that were taken.
    mails: Mutex<Vec<String>>,
    /// Every line a client said outside of mails.
    lines: Mutex<Vec<String>>,
    /// The next answers to `RCPT`, instead of taking it.
    answers: Mutex<VecDeque<&'static str>>,
    /// Whether mails are left without an answer.
    hangs: Mutex<bool>,
    /// Somebody waits for an answer that will not come.
    hung: Notify,
}

impl Drop for SmtpStub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SmtpStub {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address")).await
    }

    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::<Seen>::default();
        let theirs = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&theirs);
                talks.spawn(async move {
                    // A client that goes away in the middle is what some tests are about.
                    let _ = talk(stream, &seen).await;
                });
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    /// Answers the next recipients like this, in this order, before taking any again.
    pub fn answer(&self, answers: &[&'static str]) {
        lock(&self.seen.answers).extend(answers);
    }

    /// From now on (or no longer), a whole mail gets no answer.
    pub fn hang(&self, hangs: bool) {
        *lock(&self.seen.hangs) = hangs;
    }

    /// Waits until a mail got no answer.
    pub async fn hung(&self) {
        self.seen.hung.notified().await;
    }

    /// The mails that were taken.
    pub fn mails(&self) -> Vec<String> {
        lock(&self.seen.mails).clone()
    }

    /// What was said outside of mails.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.seen.lines).clone()
    }

    /// How an app sends through this server.
    pub fn transport(&self) -> Transport {
        transport_to(self.address, SmtpSecurity::Plain, None)
    }
}

/// How an app sends to a server at this address.
pub fn transport_to(
    address: SocketAddr,
    security: SmtpSecurity,
    credentials: Option<(String, guestpass::base::secret::SecretText)>,
) -> Transport {
    let settings = SmtpSettings {
        host: address.ip().to_string(),
        hello: "vault.larkfield.example".to_owned(),
        port: address.port(),
        security,
        credentials,
    };
    Transport::smtp(settings).expect("a transport")
}

async fn talk(stream: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 stub\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        lock(&seen.lines).push(line.clone());
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-stub\r\n250-AUTH PLAIN\r\n250 8BITMIME",
            "AUTH" => "535 5.7.8 who are you",
            "RCPT" => lock(&seen.answers).pop_front().unwrap_or("250 fine"),
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        match verb.as_str() {
            "DATA" => take_mail(&mut stream, seen).await?,
            "QUIT" => return Ok(()),
            _ => {}
        }
    }
}

async fn take_mail(stream: &mut BufReader<TcpStream>, seen: &Seen) -> std::io::Result<()> {
    let mut mail = String::new();
    while !mail.ends_with("\r\n.\r\n") {
        if stream.read_line(&mut mail).await? == 0 {
            return Ok(());
        }
    }
    let hangs = *lock(&seen.hangs);
    if hangs {
        seen.hung.notify_one();
        return std::future::pending().await;
    }
    lock(&seen.mails).push(mail);
    stream.write_all(b"250 taken\r\n").await
}
