//! Certificates of private authorities that may vouch for a Manager.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Certificates that are trusted besides those of the machine.
#[derive(Clone, Debug)]
pub struct CaBundle(Vec<CertificateDer<'static>>);

/// A text that is not a bundle of CA certificates, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCaBundle {
    /// There is nothing in it.
    #[error("the CA bundle is empty")]
    Empty,
    /// There is no certificate in it.
    #[error("the CA bundle holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    NotPem,
    /// There is something in it that cannot be trusted.
    #[error("certificate {0} of the CA bundle cannot be used: it is damaged or of an unknown kind")]
    Unusable(usize),
    /// Nothing in it is valid any more.
    #[error("every certificate of the CA bundle has expired, the last one on {0}")]
    Expired(String),
}

impl CaBundle {
    /// Reads certificates in PEM form, and checks that one of them is still valid at `now`.
    ///
    /// # Errors
    /// When there is no certificate, when one cannot be used, or when all have expired.
    pub fn from_pem(pem: &[u8], now: Timestamp) -> Result<Self, BadCaBundle> {
        if pem.iter().all(u8::is_ascii_whitespace) {
            return Err(BadCaBundle::Empty);
        }
        let mut certificates = Vec::new();
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let place = certificates.len() + 1;
            let certificate = certificate.map_err(|_| BadCaBundle::Unusable(place))?;
            store
                .add(certificate.clone())
                .map_err(|_| BadCaBundle::Unusable(place))?;
            certificates.push(certificate);
        }
        if certificates.is_empty() {
            return Err(BadCaBundle::NotPem);
        }
        let ends: Option<Vec<_>> = certificates.iter().map(|der| end(der)).collect();
        if let Some(last) = ends.and_then(|ends| ends.into_iter().max())
            && last < now
        {
            return Err(BadCaBundle::Expired(last.strftime("%Y-%m-%d").to_string()));
        }
        Ok(Self(certificates))
    }

    /// The certificates.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When a certificate ends (RFC 5280, 4.1). This is for a clear message only: whether a
/// connection is trusted is decided by rustls.
fn end(der: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(der)?;
    let (_, mut signed, _) = element(certificate)?;
    if signed.first() == Some(&VERSION) {
        signed = element(signed)?.2;
    }
    // Serial number, signature algorithm and issuer come before the validity.
    for _ in 0..3 {
        signed = element(signed)?.2;
    }
    let (SEQUENCE, validity, _) = element(signed)? else {
        return None;
    };
    let (kind, text, _) = element(element(validity)?.2)?;
    let text = std::str::from_utf8(text).ok()?;
    let text = match kind {
        // RFC 5280, 4.1.2.5.1: years from 50 on are of the 20th century.
        UTC_TIME if text.get(..2)? >= "50" => format!("19{text}"),
        UTC_TIME => format!("20{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// The first DER element: its tag, its content, and what comes after it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, bytes) = bytes.split_first()?;
    let (first, bytes) = bytes.split_first()?;
    let (length, bytes) = if *first < 0x80 {
        (usize::from(*first), bytes)
    } else {
        let (length, bytes) = bytes.split_at_checked(usize::from(*first & 0x7f))?;
        let length = length.iter().try_fold(0_usize, |length, byte| {
            length
                .checked_mul(256)
                .map(|length| length | usize::from(*byte))
        });
        (length?, bytes)
    };
    let (content, rest) = bytes.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ends 2029-12-31, written as UTCTime.
    const ENDS_2029: &str = "\
-----BEGIN CERTIFICATE-----
MIIBkDCCATWgAwIBAgIUdv4Wj99iYgwAQfewXSU6mPUjL/UwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSRXhhbXBsZSBwcml2YXRlIENBMB4XDTI2MTEyNDA0NDYxNFoX
DTI5MTIzMTA0NDYxNFowHTEbMBkGA1UEAwwSRXhhbXBsZSBwcml2YXRlIENBMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8797adYwM389lPbS7UfnM2k2PDs+UjBq
d5TJkr3jX7jjRMfChjpUPeT4fBWZt+gKMoFqxW3Z7HRne3wHXfkwaKNTMFEwHQYD
VR0OBBYEFI2uhAlv6hXBbsQ8gVQWvso4zaLxMB8GA1UdIwQYMBaAFI2uhAlv6hXB
bsQ8gVQWvso4zaLxMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh
AJu76oia+9SBdUbwTDAhTzPncTLxxgnDXWUbRZbBv+6MAiEAlTXt2sDI234ht19t
NaHXUiipDn6aHACMGEJeQ727F7k=
-----END CERTIFICATE-----
";

    /// Ends 2054-12-31, written as GeneralizedTime.
    const ENDS_2054: &str = "\
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUCA9zjdvBJFplRl4e22B6LZiXzEEwCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwURXhhbXBsZSBwcml2YXRlIENBIDIwIBcNMjYxMTI0MDQ0NjE0
WhgPMjA1NDEyMzEwNDQ2MTRaMB8xHTAbBgNVBAMMFEV4YW1wbGUgcHJpdmF0ZSBD
QSAyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOInWO62kNnumvSP/ya/rMRR4
NBqKQmXuUVJFDazobB23MS6Z+YHA1KJus5y2NQrXY0wQ4mArmW1PfnChQEkDraNT
MFEwHQYDVR0OBBYEFL9Fb3/3IbUNwbCtajex4Ng4sRj7MB8GA1UdIwQYMBaAFL9F
b3/3IbUNwbCtajex4Ng4sRj7MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SAAwRQIhAKLfCZHjB9l0r/tgUy0NpDqHwkdvpao9SnOcAtAYQf1aAiAm4NfrHAH4
J6cWchI1xTkt3Vbc1tawkACheBRLaXGfCA==
-----END CERTIFICATE-----
";

    fn read(pem: &str, now: &str) -> Result<usize, BadCaBundle> {
        let bundle = CaBundle::from_pem(pem.as_bytes(), now.parse().unwrap())?;
        Ok(bundle.certificates().count())
    }

    #[test]
    fn bad_input_21_a_bundle_is_usable_until_its_last_certificate_ends() {
        let both = format!("# private\n{ENDS_2029}\n{ENDS_2054}");
        assert_eq!(read(ENDS_2029, "2029-12-31T04:46:13Z"), Ok(1));
        assert_eq!(read(&both, "2030-01-01T00:00:00Z"), Ok(2));
        let expired = read(ENDS_2029, "2030-01-01T00:00:00Z").unwrap_err();
        assert!(
            expired
                .to_string()
                .ends_with("expired, the last one on 2029-12-31"),
            "{expired}"
        );
        let expired = read(&both, "2055-01-01T00:00:00Z").unwrap_err();
        assert_eq!(expired, BadCaBundle::Expired("2054-12-31".to_owned()));
    }

    #[test]
    fn bad_input_21_what_is_no_bundle_is_named() {
        let now = "2026-08-01T12:00:00Z";
        assert_eq!(read(" \n", now), Err(BadCaBundle::Empty));
        assert_eq!(read("hello", now), Err(BadCaBundle::NotPem));
        assert_eq!(read("\u{1}\u{2}", now), Err(BadCaBundle::NotPem));
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(read(key, now), Err(BadCaBundle::NotPem));
        let damaged = ENDS_2029.replace("MIIB", "AAAA");
        assert_eq!(
            read(&format!("{ENDS_2054}{damaged}"), now),
            Err(BadCaBundle::Unusable(2))
        );
        let cut = ENDS_2029.split("-----END").next().unwrap();
        assert_eq!(read(cut, now), Err(BadCaBundle::Unusable(1)));
    }

    #[test]
    fn no_bytes_make_the_end_of_a_certificate_fail() {
        let der = CertificateDer::from_pem_slice(ENDS_2029.as_bytes()).unwrap();
        assert!(end(&der).is_some());
        for length in 0..der.len() {
            let _ = end(&der[..length]);
            let mut damaged = der.to_vec();
            damaged[length] ^= 0xff;
            let _ = end(&damaged);
        }
    }
}
