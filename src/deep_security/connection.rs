//! The connection to one Manager: encryption, headers, and time-outs of a single exchange.

use std::time::Duration;

use reqwest::{
    Certificate, Client, ClientBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::{
    address::ManagerUrl,
    api_key::ApiKey,
    ca_bundle::CaBundle,
    call::{Call, Reply},
    error::Problem,
    failure,
    limits::Limits,
    resolver::Resolver,
};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How much of a refusal is read, in bytes: enough for its message.
const REFUSAL_BYTES: usize = 64 << 10;

/// A client for one Manager.
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    url: ManagerUrl,
    answer_bytes: usize,
}

impl Connection {
    pub(super) fn new(
        url: ManagerUrl,
        key: &ApiKey,
        ca: Option<&CaBundle>,
        limits: &Limits,
    ) -> Result<Self, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(API_VERSION, HeaderValue::from_static("v1"));
        headers.insert(ACCEPT, JSON);
        key.put_into(&mut headers).map_err(Problem::Key)?;
        let client = Client::builder()
            .user_agent(concat!("deepgrade/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .dns_resolver(Resolver)
            .connect_timeout(limits.connect)
            .read_timeout(limits.idle);
        let client = trusting(client, &url, ca)?.build().map_err(|error| {
            let cause = failure::innermost(&error);
            Problem::SetUp(format!("the connection cannot be set up: {cause}"))
        })?;
        Ok(Self {
            client,
            url,
            answer_bytes: limits.answer_bytes,
        })
    }

    /// One exchange: the call goes out once, and whatever comes back is the reply.
    pub(super) async fn exchange(
        &self,
        call: &Call,
        body: Option<String>,
        deadline: Duration,
    ) -> Result<Reply, Problem> {
        let url = self.url.join(&call.path, call.query);
        let mut request = self
            .client
            .request(call.method.clone(), url)
            .timeout(deadline);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, JSON).body(body);
        }
        let mut response = request
            .send()
            .await
            .map_err(|error| failure::problem(&error))?;
        let url = response.url().clone();
        let body = self.body(&mut response).await?;
        let headers = std::mem::take(response.headers_mut());
        Ok(Reply::new(response.status(), headers, url, body))
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Problem> {
        let accepted = response.status().is_success();
        let mut body = Vec::new();
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(body),
                // The status of a refusal says more than its broken body.
                Err(_) if !accepted => return Ok(body),
                Err(error) => return Err(failure::problem(&error)),
            };
            if accepted && body.len() + chunk.len() > self.answer_bytes {
                return Err(Problem::TooLarge(self.answer_bytes));
            }
            body.extend_from_slice(&chunk);
            if !accepted && body.len() > REFUSAL_BYTES {
                return Ok(body);
            }
        }
    }
}

/// Adds the private authorities to those of the machine. Certificates are always verified: no
/// setting reaches the verifier.
fn trusting(
    client: ClientBuilder,
    url: &ManagerUrl,
    ca: Option<&CaBundle>,
) -> Result<ClientBuilder, Problem> {
    if !url.is_encrypted() {
        // Nothing is verified, so a machine without certificates of its own will do.
        return Ok(client.tls_certs_only([]));
    }
    let Some(ca) = ca else { return Ok(client) };
    let certificates: reqwest::Result<Vec<_>> =
        ca.certificates().map(Certificate::from_der).collect();
    let certificates = certificates
        .map_err(|_| Problem::SetUp("a certificate of the CA bundle cannot be used".to_owned()))?;
    Ok(client.tls_certs_merge(certificates))
}
