//! TLS of our own (1.3 and 1.2), with a certificate that may be renewed while the server runs.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use rustls::{
    ServerConfig,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::base::certificate::{self, CertificateError};

/// A certificate, its key, and the handshake with them.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
    /// What the files were like when they were last read.
    seen: Mutex<Option<[Stamp; 2]>>,
    acceptor: TlsAcceptor,
}

/// What changes when a file is written, replaced or given other permissions, also behind a symbolic
/// link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    changed: (i64, i64),
    length: u64,
}

/// Gives every handshake the newest certificate.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn get(&self) -> Arc<CertifiedKey> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, pair: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get())
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When they are not a certificate and its key.
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Self, CertificateError> {
        let seen = stamps(&certificate, &key).ok();
        let pair = certificate::read_pair(&certificate, &key)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(pair))));
        let mut config = ServerConfig::builder_with_provider(certificate::provider())
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions")
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(Inner {
            certificate,
            key,
            current,
            seen: Mutex::new(seen),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })))
    }

    /// Whether the certificate is for this name or address.
    pub fn is_for(&self, host: &str) -> bool {
        certificate::is_for(&self.0.current.get(), host)
    }

    /// Reads the files again if they have changed; whether they have.
    ///
    /// # Errors
    /// As [`Self::renew`]. They are tried again once they have changed again.
    pub fn renew_if_changed(&self) -> Result<bool, CertificateError> {
        let now = stamps(&self.0.certificate, &self.0.key).ok();
        let changed = now.is_none() || *self.seen() != now;
        if changed {
            self.renew()?;
        }
        Ok(changed)
    }

    /// Reads the files again. A new pair counts from the next handshake on. While they are no pair,
    /// as between the writing of one and of the other, the old one stays.
    ///
    /// # Errors
    /// When they are not a certificate and its key.
    pub fn renew(&self) -> Result<(), CertificateError> {
        let Inner {
            certificate, key, ..
        } = &*self.0;
        // Taken before reading: what is written meanwhile looks changed the next time.
        *self.seen() = stamps(certificate, key).ok();
        self.0
            .current
            .set(certificate::read_pair(certificate, key)?);
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Option<[Stamp; 2]>> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.0.acceptor.accept(stream).await
    }
}

fn stamps(certificate: &Path, key: &Path) -> io::Result<[Stamp; 2]> {
    Ok([stamp(certificate)?, stamp(key)?])
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let file = fs::metadata(path)?;
    Ok(Stamp {
        device: file.dev(),
        inode: file.ino(),
        changed: (file.ctime(), file.ctime_nsec()),
        length: file.len(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Files(tempfile::TempDir);

    impl Files {
        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// Replaces a file in one step, as tools that renew certificates do.
        fn write(&self, name: &str, content: &str) {
            let (new, old) = (self.path("new"), self.path(name));
            fs::write(&new, content).unwrap();
            fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
            fs::rename(new, old).unwrap();
        }
    }

    /// A certificate and its key.
    fn pair(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn a_renewed_pair_is_taken_up_and_a_broken_one_is_not() {
        let files = Files(tempfile::tempdir().unwrap());
        let (certificate, key) = pair("one.example");
        files.write("certificate", &certificate);
        files.write("key", &key);
        let tls = Tls::open(files.path("certificate"), files.path("key")).unwrap();
        assert!(tls.is_for("one.example"));
        assert!(!tls.renew_if_changed().unwrap(), "nothing has changed");

        let (certificate, key) = pair("two.example");
        files.write("certificate", &certificate);
        let half = tls.renew_if_changed().unwrap_err();
        assert!(matches!(half, CertificateError::Strangers { .. }), "{half}");
        assert!(tls.is_for("one.example"), "the old one stays");
        assert!(!tls.renew_if_changed().unwrap(), "and isn't told of again");
        files.write("key", &key);
        assert!(tls.renew_if_changed().unwrap());
        assert!(tls.is_for("two.example"));

        fs::remove_file(files.path("key")).unwrap();
        assert!(tls.renew_if_changed().is_err());
        assert!(
            tls.renew_if_changed().is_err(),
            "a missing file is told of again"
        );
        assert!(tls.is_for("two.example"));
        files.write("key", &key);
        assert!(tls.renew_if_changed().unwrap(), "it is back");
        assert!(tls.is_for("two.example"));
    }
}
