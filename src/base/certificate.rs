//! The server's TLS certificate and its private key, from PEM files (RFC 7468).

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::ParsedCertificate,
    sign::CertifiedKey,
};
use zeroize::Zeroizing;

/// More than any chain or key has.
const LARGEST: u64 = 1024 * 1024;

/// Why a certificate and a key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The system refused.
    #[error("{path} can't be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others may read the key.
    #[error("{path} can be read by others (mode {mode:04o})")]
    Unsafe {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file of the certificate holds none.
    #[error("{0} holds no certificate in PEM form")]
    NoCertificate(PathBuf),
    /// The file of the key holds none that can be used.
    #[error("{0} holds no private key in PEM form that can be used (RSA, ECDSA or Ed25519)")]
    NoKey(PathBuf),
    /// They are not a pair.
    #[error("{key} is not the key of the certificate in {certificate}")]
    Strangers {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
}

/// What everything that speaks TLS here is built on.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Reads a certificate with its chain, and the key that belongs to it. Nobody but its owner may be
/// able to read the file of the key.
///
/// # Errors
/// When a file can't be read or holds something else, or they don't belong together.
pub fn read_pair(certificate: &Path, key: &Path) -> Result<CertifiedKey, CertificateError> {
    let no_certificate = || CertificateError::NoCertificate(certificate.to_owned());
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(certificate, false)?)
        .collect::<Result<_, _>>()
        .map_err(|_| no_certificate())?;
    let leaf = chain.first().ok_or_else(no_certificate)?;
    ParsedCertificate::try_from(leaf).map_err(|_| no_certificate())?;
    let no_key = || CertificateError::NoKey(key.to_owned());
    let private = PrivateKeyDer::from_pem_slice(&read(key, true)?).map_err(|_| no_key())?;
    CertifiedKey::from_der(chain, private, &provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => CertificateError::Strangers {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        _ => no_key(),
    })
}

/// Whether a certificate is for this name or address.
pub fn is_for(pair: &CertifiedKey, host: &str) -> bool {
    let Some(leaf) = pair.cert.first() else {
        return false;
    };
    match (
        ParsedCertificate::try_from(leaf),
        ServerName::try_from(host),
    ) {
        (Ok(leaf), Ok(name)) => rustls::client::verify_server_name(&leaf, &name).is_ok(),
        _ => false,
    }
}

fn read(path: &Path, private: bool) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    let io = |source| CertificateError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let mode = file.metadata().map_err(io)?.mode() & 0o7777;
    if private && mode & 0o077 != 0 {
        return Err(CertificateError::Unsafe {
            path: path.to_owned(),
            mode,
        });
    }
    let mut content = Zeroizing::new(Vec::new());
    file.take(LARGEST).read_to_end(&mut content).map_err(io)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    struct Files {
        folder: tempfile::TempDir,
    }

    impl Files {
        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, content: &str, mode: u32) {
            fs::write(self.path(name), content).unwrap();
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
        }

        fn read(&self, certificate: &str, key: &str) -> Result<CertifiedKey, String> {
            read_pair(&self.path(certificate), &self.path(key)).map_err(|error| {
                let folder = format!("{}/", self.folder.path().display());
                error.to_string().replace(&folder, "")
            })
        }
    }

    fn files() -> Files {
        let files = Files {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["one", "two"] {
            let made = rcgen::generate_simple_self_signed([format!("{name}.example")]).unwrap();
            files.write(&format!("{name}.pem"), &made.cert.pem(), 0o644);
            files.write(
                &format!("{name}.key"),
                &made.signing_key.serialize_pem(),
                0o600,
            );
        }
        files.write("empty", "", 0o600);
        files.write(
            "broken",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            0o600,
        );
        files
    }

    #[test]
    fn a_pair_is_read_and_knows_its_name() {
        let pair = files().read("one.pem", "one.key").unwrap();
        assert!(is_for(&pair, "one.example"));
        assert!(!is_for(&pair, "two.example"));
        assert!(!is_for(&pair, "127.0.0.1"));
        assert!(!is_for(&pair, "no name"));
    }

    #[test]
    fn what_is_no_pair_is_refused_with_the_reason() {
        let files = files();
        files.write(
            "open.key",
            &fs::read_to_string(files.path("one.key")).unwrap(),
            0o640,
        );
        for (certificate, key, reason) in [
            (
                "one.pem",
                "two.key",
                "two.key is not the key of the certificate in one.pem",
            ),
            (
                "one.pem",
                "open.key",
                "open.key can be read by others (mode 0640)",
            ),
            (
                "one.pem",
                "none.key",
                "none.key can't be read: No such file",
            ),
            (
                "none.pem",
                "one.key",
                "none.pem can't be read: No such file",
            ),
            ("empty", "one.key", "empty holds no certificate"),
            ("broken", "one.key", "broken holds no certificate"),
            ("one.key", "one.key", "one.key holds no certificate"),
            ("one.pem", "empty", "empty holds no private key"),
            ("one.pem", "broken", "broken holds no private key"),
        ] {
            let refused = files.read(certificate, key).unwrap_err();
            assert!(
                refused.starts_with(reason),
                "{certificate}, {key}: {refused}"
            );
        }
    }
}
