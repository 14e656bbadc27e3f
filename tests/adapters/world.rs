//! Clients of the worlds of the test bed.

use deepgrade::aws::clients::{self, Clients};

/// A runtime for one test.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Clients that ask one endpoint for everything.
pub(crate) fn clients(url: &str) -> Clients {
    let settings = clients::defaults()
        .test_credentials()
        .region("us-east-1")
        .endpoint_url(url);
    Clients::new(block_on(settings.load()))
}
