//! A topic of the account that is read.

use rules::text::quoted;

use crate::{
    account::Access,
    aws::{clients::Clients, session::Session, topic},
    cli::failure::Failure,
    ports::{Error, answering::Notice},
};

/// A topic.
#[derive(Debug)]
pub(in crate::cli) struct Topic {
    clients: Clients,
    arn: String,
}

impl Topic {
    /// The topic of that ARN, which is asked for in its own Region.
    ///
    /// # Errors
    /// A usage failure when that is no ARN of a topic, or a runtime failure when the account cannot
    /// be reached.
    pub(in crate::cli) async fn open(access: &Access, arn: &str) -> Result<Self, Failure> {
        // arn:PARTITION:sns:REGION:ACCOUNT:NAME
        let mut parts = arn.split(':').skip(2);
        let region = match (parts.next(), parts.next().map(str::parse)) {
            (Some("sns"), Some(Ok(region))) => region,
            _ => {
                let arn = quoted(arn);
                return Err(Failure::usage(format!("{arn} is not the ARN of a topic")));
            }
        };
        let session = Session::open(access).await.map_err(Failure::runtime)?;
        Ok(Self {
            clients: session.clients(&region),
            arn: arn.to_owned(),
        })
    }

    pub(in crate::cli) async fn publish(&self, notice: &Notice) -> Result<(), Error> {
        topic::publish(self.clients.sns(), &self.arn, notice).await
    }
}
