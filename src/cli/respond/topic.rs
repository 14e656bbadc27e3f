//! The topic of SNS by which teams are told.

#[cfg(feature = "live")]
mod live;

#[cfg(feature = "live")]
pub(in crate::cli) use live::Topic;

/// A build without the AWS SDKs has none.
#[cfg(not(feature = "live"))]
#[derive(Debug)]
pub(in crate::cli) enum Topic {}

#[cfg(not(feature = "live"))]
impl Topic {
    /// Never called: an account cannot be read without the SDKs of AWS, and that is said before.
    pub(in crate::cli) async fn open(
        _: &crate::account::Access,
        _: &str,
    ) -> Result<Self, crate::cli::failure::Failure> {
        Err(crate::cli::failure::Failure::usage(
            "this build sends no messages: it has no AWS SDK",
        ))
    }

    #[expect(clippy::unused_async, reason = "as with the SDKs")]
    pub(in crate::cli) async fn publish(
        &self,
        _: &crate::ports::answering::Notice,
    ) -> Result<(), crate::ports::Error> {
        match *self {}
    }
}
