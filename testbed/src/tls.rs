//! Server certificates, good and bad, made anew for each Manager.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// The certificate that a Manager shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// For 127.0.0.1 and localhost, signed by itself, as a new on-premises Manager has it.
    SelfSigned,
    /// For 127.0.0.1 and localhost, signed by a private authority.
    PrivateAuthority,
    /// As [`Certificate::PrivateAuthority`], but it ended in 2021.
    Expired,
    /// As [`Certificate::PrivateAuthority`], but for another host.
    WrongHost,
}

/// A certificate with its key, ready to serve.
pub(crate) struct Identity {
    config: Arc<ServerConfig>,
    ca_pem: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// # Errors
    /// The cryptography library refused.
    pub(crate) fn new(kind: Certificate) -> io::Result<Self> {
        Self::make(kind).map_err(io::Error::other)
    }

    fn make(kind: Certificate) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let key = KeyPair::generate()?;
        let params = params(kind)?;
        let (certificate, ca_pem) = if kind == Certificate::SelfSigned {
            let certificate = params.self_signed(&key)?;
            let pem = certificate.pem();
            (certificate, pem)
        } else {
            let mut authority = CertificateParams::new(Vec::new())?;
            authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            authority
                .distinguished_name
                .push(rcgen::DnType::CommonName, "Example private CA");
            let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
            (params.signed_by(&key, &authority)?, authority.pem())
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let secret = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)?;
        Ok(Self {
            config: Arc::new(config),
            ca_pem,
        })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

fn params(
    kind: Certificate,
) -> Result<CertificateParams, Box<dyn std::error::Error + Send + Sync>> {
    let hosts = match kind {
        Certificate::WrongHost => vec!["manager.example.com".to_owned()],
        _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    let mut params = CertificateParams::new(hosts)?;
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Deep Security Manager");
    let last_year = if kind == Certificate::Expired {
        2021
    } else {
        2090
    };
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(last_year, 1, 1);
    Ok(params)
}
