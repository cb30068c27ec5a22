//! An authority that makes certificates, and a client that trusts it alone and says what was agreed on.

use std::{net::SocketAddr, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, Request, Response},
};
use guestpass::base::certificate::provider;
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
    pki_types::{CertificateDer, ServerName},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::Answer;

pub struct Authority {
    /// What its clients speak.
    pub versions: &'static [&'static SupportedProtocolVersion],
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let root = params.self_signed(&key).expect("a root").der().clone();
        let issuer = Issuer::new(params, key);
        Self {
            versions: rustls::ALL_VERSIONS,
            issuer,
            root,
        }
    }

    /// Writes a certificate for a name, `fullchain.pem`, and its key, `key.pem`.
    pub fn issue(&self, name: &str, folder: &Path) {
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let private = folder.join("key.pem");
        std::fs::write(folder.join("fullchain.pem"), certificate.pem()).expect("it is written");
        std::fs::write(&private, key.serialize_pem()).expect("it is written");
        std::fs::set_permissions(private, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    }

    /// Shakes hands as a client that offers these protocols.
    pub async fn shake(
        &self,
        address: SocketAddr,
        name: &str,
        offer: &[&str],
    ) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).expect("a root");
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(self.versions)
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = offer.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(address).await.expect("a connection");
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let connector = TlsConnector::from(Arc::new(config));
        let stream = connector.connect(name, stream).await;
        stream.expect("a handshake")
    }

    /// Connects as a client that offers these protocols.
    pub async fn connect(&self, address: SocketAddr, name: &str, offer: &[&str]) -> Client {
        let stream = self.shake(address, name, offer).await;
        let tls = stream.get_ref().1;
        let protocol = tls
            .alpn_protocol()
            .map(|name| String::from_utf8_lossy(name).into_owned());
        let certificate = tls.peer_certificates().expect("a certificate")[0].clone();
        let version = tls.protocol_version().expect("a version");
        let io = TokioIo::new(stream);
        let sender = if protocol.as_deref() == Some("h2") {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), io)
                .await
                .expect("HTTP/2");
            tokio::spawn(connection);
            Sender::Http2(sender)
        } else {
            let (sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
            tokio::spawn(connection);
            Sender::Http1(sender)
        };
        Client {
            protocol,
            version,
            certificate: certificate.into_owned(),
            sender,
        }
    }
}

enum Sender {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

/// A connection.
pub struct Client {
    pub protocol: Option<String>,
    pub version: ProtocolVersion,
    pub certificate: CertificateDer<'static>,
    sender: Sender,
}

impl Client {
    /// Sends a request to a path of an origin.
    pub async fn send(
        &mut self,
        origin: &str,
        method: &str,
        path: &str,
        headers: HeaderMap,
        body: impl Into<Body>,
    ) -> Answer {
        let host = origin.split_once("://").expect("an origin").1;
        let mut request = Request::builder().method(method);
        request = match &self.sender {
            Sender::Http1(_) => request.uri(path).header("host", host),
            Sender::Http2(_) => request.uri(format!("{origin}{path}")),
        };
        request.headers_mut().expect("a request").extend(headers);
        let request = request.body(body.into()).expect("a request");
        let response: hyper::Result<Response<Incoming>> = match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        };
        Answer::read(response.expect("an answer").map(Body::new)).await
    }
}
