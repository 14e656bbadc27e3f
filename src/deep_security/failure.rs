//! Finds out what went wrong on the way, for a message that says what to do.

use std::{error::Error, io, time::Duration};

use rules::text::clean;
use rustls::CertificateError;

use super::{error::Problem, resolver::RefusedAddress};

/// What a failed exchange means. The times of [`Problem::ConnectTimeout`] and [`Problem::Silent`]
/// are filled in by whoever knows them.
pub(super) fn problem(error: &reqwest::Error) -> Problem {
    let causes = causes(error);
    if let Some(refused) = find::<RefusedAddress>(&causes) {
        return Problem::RefusedAddress(refused.to_string());
    }
    if let Some(tls) = find::<rustls::Error>(&causes) {
        return tls_problem(tls);
    }
    if error.is_timeout() {
        return if error.is_connect() {
            Problem::ConnectTimeout(Duration::ZERO)
        } else {
            Problem::Silent(Duration::ZERO)
        };
    }
    if error.is_dns() {
        return Problem::UnknownName;
    }
    if error.is_connect() {
        return Problem::Unreachable(innermost(error));
    }
    Problem::Cut
}

fn tls_problem(error: &rustls::Error) -> Problem {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return Problem::NotEncrypted(clean(&error.to_string()));
    };
    let what = match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has expired; renew it on the Manager"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet; check the clocks of both machines"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another host; use the name that it was issued for"
        }
        CertificateError::UnknownIssuer => {
            "is signed by nobody who is trusted; give the certificate of its authority (for a \
             self-signed one, itself) as CA bundle"
        }
        other => {
            return Problem::Certificate(format!(
                "cannot be verified ({}); have a server certificate issued for the Manager",
                clean(&other.to_string())
            ));
        }
    };
    Problem::Certificate(what.to_owned())
}

/// The innermost cause, in words, on one line.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let text = match causes(error).last() {
        // The operating system's own words, without the number of the error.
        Some(cause) => match cause.downcast_ref::<io::Error>() {
            Some(io) if io.raw_os_error().is_some() => io.kind().to_string(),
            _ => cause.to_string(),
        },
        None => error.to_string(),
    };
    clean(&text)
}

/// The error and what caused it, outermost first. An I/O error wraps others without naming them
/// as its source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut causes = vec![error];
    let mut next = Some(error);
    while let Some(error) = next {
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        };
        causes.extend(next);
    }
    causes
}

fn find<'a, T: Error + 'static>(causes: &[&'a (dyn Error + 'static)]) -> Option<&'a T> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}
