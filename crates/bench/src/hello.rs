//! The reference server: axum with nothing behind it. It runs as a process of its own, so that
//! client and server share the machine as they do with the real one.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    body::Bytes,
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse},
    routing::{get, post},
    serve::ListenerExt,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::child::{self, Process};

/// The least a page can be and still have a button.
const PAGE: &str =
    "<!doctype html><meta charset=utf-8><title>Hello</title><button>View shared item</button>";

/// The reference server.
#[derive(Debug, Args)]
pub struct HelloArgs {
    /// A document to serve as it is, at /document.
    #[arg(long)]
    document: Option<PathBuf>,
    /// How that document is encoded.
    #[arg(long, default_value = "identity")]
    encoding: String,
}

#[derive(Serialize, Deserialize)]
struct Posted {
    lid: String,
    auth: String,
}

/// Serves until it is killed; prints where.
pub async fn serve(args: &HelloArgs) -> Result<()> {
    let document = match &args.document {
        Some(path) => std::fs::read(path)?,
        None => Vec::new(),
    };
    let document = Bytes::from(document);
    let encoding = HeaderValue::from_str(&args.encoding)?;
    let answer = move || {
        let headers: [(HeaderName, HeaderValue); 2] = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_ENCODING, encoding.clone()),
        ];
        let answer = (headers, document.clone()).into_response();
        std::future::ready(answer)
    };
    let router = Router::new()
        .route("/hello", get(async || "Hello"))
        .route(
            "/json",
            post(async |Json(posted): Json<Posted>| Json(posted)),
        )
        .route("/page", get(async || Html(PAGE)))
        .route("/document", get(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        // A connection that is gone already is noticed when it is read.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

/// The running reference server.
#[derive(Debug)]
pub struct Hello {
    pub address: SocketAddr,
    _process: Process,
}

impl Hello {
    pub fn start(document: Option<(&Path, &str)>) -> Result<Self> {
        let mut command = child::own_part("hello")?;
        if let Some((path, encoding)) = document {
            command.arg("--document").arg(path);
            command.args(["--encoding", encoding]);
        }
        let child = command.stdout(Stdio::piped()).spawn()?;
        let mut process = Process(child);
        let line = process.first_line()?;
        let address = line
            .parse()
            .with_context(|| format!("no address: {line}"))?;
        Ok(Self {
            address,
            _process: process,
        })
    }
}
