//! Deepgrade.
