//! `[server]`

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;

use super::{Key, Reader, key::Kind, path};
use crate::base::{
    certificate::{self, CertificateError},
    public_url::PublicUrl,
};

pub(super) const ABOUT: &str = "Where it listens, and under which address people reach it.";

const LISTEN: Key = Key {
    name: "server.listen",
    kind: Kind::Text,
    default: Some("127.0.0.1:8080"),
    placeholder: "ADDRESS:PORT",
    meaning: "The network address and port to listen on. Guestpass speaks plain HTTP there, for a proxy \
              in front of it that ends TLS; unless it has a certificate of its own.",
};
const PUBLIC_URL: Key = Key {
    name: "server.public_url",
    kind: Kind::Text,
    default: None,
    placeholder: "URL",
    meaning: "The address people type, such as `https://vault.example`. Mails and links carry it, and \
              requests for any other host are refused. Must be https outside of loopback. Changing it \
              makes existing public links unusable. Passkeys are bound to its domain name: with an IP address \
              there are none, and after a change of the name they have to be added anew.",
};
const TRUSTED_PROXIES: Key = Key {
    name: "server.trusted_proxies",
    kind: Kind::List,
    default: Some(""),
    placeholder: "ADDRESSES",
    meaning: "Addresses or networks of proxies whose `X-Forwarded-For` is believed, such as \
              `10.0.0.0/8`. Anybody else's is ignored.",
};
const TLS_CERTIFICATE: Key = Key {
    name: "server.tls_certificate",
    kind: Kind::Text,
    default: None,
    placeholder: "PATH",
    meaning: "The PEM file of a certificate, followed by those that lead from it to an authority. With it \
              and `tls_key` Guestpass speaks TLS itself (1.3 and 1.2; HTTP/2 and HTTP/1.1). Renewed files \
              are taken up within a minute, and at SIGHUP.",
};
const TLS_KEY: Key = Key {
    name: "server.tls_key",
    kind: Kind::Text,
    default: None,
    placeholder: "PATH",
    meaning: "The PEM file of the private key that belongs to the certificate. Nobody but its owner may be \
              able to read it (mode 0600).",
};
pub(super) const KEYS: &[Key] = &[
    LISTEN,
    PUBLIC_URL,
    TRUSTED_PROXIES,
    TLS_CERTIFICATE,
    TLS_KEY,
];

/// Where it listens, and under which address people reach it.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address people use.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// What it speaks TLS with, if it does.
    pub tls: Option<TlsFiles>,
}

/// A certificate and its key, as files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that lead to an authority.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

pub(super) fn read(reader: &mut Reader) -> Option<Server> {
    let listen = reader.required(
        &LISTEN,
        |text| {
            text.parse()
                .map_err(|_| "must be an IP address and a port".to_owned())
        },
        "Write for example 127.0.0.1:8080, or [::]:8080 for all addresses.",
    );
    let public_url = reader.required(
        &PUBLIC_URL,
        |text| PublicUrl::parse(text).map_err(|wrong| wrong.to_string()),
        "Set it to the address people type, such as https://vault.example.",
    );
    let trusted_proxies = reader.required(
        &TRUSTED_PROXIES,
        |text| {
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(network)
                .collect()
        },
        "List addresses or networks, such as 10.0.0.0/8.",
    );
    let tls = tls(reader, public_url.as_ref());
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        trusted_proxies: trusted_proxies?,
        tls,
    })
}

fn tls(reader: &mut Reader, public_url: Option<&PublicUrl>) -> Option<TlsFiles> {
    let certificate = reader.optional(&TLS_CERTIFICATE, path, "Name the certificate's file.");
    let key = reader.optional(&TLS_KEY, path, "Name the key's file.");
    let (certificate, key) = match (certificate, key) {
        (Some(certificate), Some(key)) => (certificate, key),
        (None, None) => return None,
        (Some(_), None) => {
            let remedy = "Name the file of the certificate's key, or neither.";
            reader.refuse(&TLS_CERTIFICATE, "stands without server.tls_key", remedy);
            return None;
        }
        (None, Some(_)) => {
            let remedy = "Name the file of the key's certificate, or neither.";
            reader.refuse(&TLS_KEY, "stands without server.tls_certificate", remedy);
            return None;
        }
    };
    if let Err(error) = certificate::read_pair(&certificate, &key) {
        refuse(reader, &error, &key);
    }
    if public_url.is_some_and(|url| !url.origin().starts_with("https://")) {
        let wrong = "must start with `https://` when the server speaks TLS itself";
        reader.refuse(&PUBLIC_URL, wrong, "Write https://, or set no certificate.");
    }
    Some(TlsFiles { certificate, key })
}

fn refuse(reader: &mut Reader, error: &CertificateError, key: &Path) {
    let (wrong, remedy) = match error {
        CertificateError::Io { path, .. } => {
            let wrong = if path == key {
                &TLS_KEY
            } else {
                &TLS_CERTIFICATE
            };
            (wrong, "Check the path, and who may read it.".to_owned())
        }
        CertificateError::NoCertificate(_) => {
            let remedy = "It must hold -----BEGIN CERTIFICATE-----. Authorities call it fullchain.";
            (&TLS_CERTIFICATE, remedy.to_owned())
        }
        CertificateError::Unsafe { path, .. } => {
            (&TLS_KEY, format!("Run `chmod 600 {}`.", path.display()))
        }
        CertificateError::NoKey(_) => {
            let remedy = "It must hold -----BEGIN PRIVATE KEY-----, without a passphrase.";
            (&TLS_KEY, remedy.to_owned())
        }
        CertificateError::Strangers { .. } => {
            let remedy = "Name the key that the certificate was made for.";
            (&TLS_KEY, remedy.to_owned())
        }
    };
    reader.refuse(wrong, &format!("can't be used: {error}"), &remedy);
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "must hold only addresses and networks".to_owned())
}
