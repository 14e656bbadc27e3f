//! The environment. Nothing else in Deepgrade reads it, except the parser of the arguments for
//! their twins (`DEEPGRADE_…`), and libraries for the standard variables about colours.

/// The value of an environment variable; `None` when it is not set or is not text.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the home of the environment"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
