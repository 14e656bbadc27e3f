//! Stub.
/// Lints.
#[must_use]
pub fn lint(_: &str) -> Vec<String> {
    Vec::new()
}
