//! What AWS knows, as its files say it: one question a file.

pub mod configuration_item;
pub mod describe_instances;
mod instance;
