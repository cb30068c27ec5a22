//! Protecting the connection to PostgreSQL, with rustls.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::db::{DbError, url::Tls};

/// How to connect; nothing for plain text.
pub(super) fn connector(tls: &Tls) -> Result<Option<(SslMode, MakeRustlsConnect)>, DbError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let (mode, verifier) = match tls {
        Tls::Off => return Ok(None),
        Tls::Preferred => (SslMode::Prefer, None),
        Tls::Required => (SslMode::Require, None),
        Tls::Verified(authority) => (SslMode::Require, Some(roots(authority.as_deref())?)),
    };
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| DbError::Other(error.into()))?;
    let config = match verifier {
        Some(roots) => config.with_root_certificates(roots),
        None => config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider))),
    };
    Ok(Some((
        mode,
        MakeRustlsConnect::new(config.with_no_client_auth()),
    )))
}

fn roots(authority: Option<&std::path::Path>) -> Result<RootCertStore, DbError> {
    let mut roots = RootCertStore::empty();
    let certificates = match authority {
        Some(path) => CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect)
            .map_err(|error| DbError::Other(error.into()))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(DbError::Wrong(
            "no certificate authority to verify PostgreSQL's server with",
        ));
    }
    Ok(roots)
}

/// Takes any certificate, as libpq does for `prefer` and `require`: what passes by is encrypted, and
/// the server is trusted because of the network it stands in.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
