//! The vendor's own Python SDK reads back what the operator wrote.
