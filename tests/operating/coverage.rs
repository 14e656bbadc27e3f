//! Virtual-patch coverage.
