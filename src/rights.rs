//! What the functions may do in AWS: one role for each, with no more than what it calls. The roles of
//! the templates and the tables of `docs/functions.md` are rendered from here.
//!
//! ```text
//! right     some calls, on what, under which conditions, and why
//! work      what calls belong together: a fact that rules need, a port, an adapter
//! role      which work a function does
//! template  the statements of a role, and of the policies by which accounts share
//! ```
//!
//! What an action is allowed on is from the AWS service authorization reference.

mod right;
mod role;
mod template;
mod work;

pub use right::{Condition, Right, Scope};
pub use role::{AUDITOR, DOCTOR, LIVE, ROLES, Role};
pub use template::{Place, bucket_policy, statements, table, table_policy};
pub use work::{Caller, Work};
