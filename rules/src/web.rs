//! What stands between the internet and the instances: web edges.
//!
//! A [`WebMap`] is a dated picture of one AWS account and Region, gathered by an adapter or read
//! from a document; [`WebEdges`] are all of them. Joined with one instance they give its
//! [`Fronts`]: every way from the internet to its web ports, hop by hop. A part that was not read
//! is a [`Part::Unread`] and never an empty list.

mod acl;
mod cloudfront;
mod document;
mod edges;
mod fronts;
mod guard;
mod join;
mod load_balancer;
mod map;
mod names;
mod origins;
mod part;
mod security_group;

pub use acl::{RuleGroup, TenantAcl, WebAcl, WebAclLink};
pub use cloudfront::{Distribution, Origin, Tenant};
pub use document::{BadWebMap, InstanceEdge, Interface, WebMapDocument};
pub use edges::WebEdges;
pub use fronts::{Access, Front, Fronts, Hop};
pub use guard::Guard;
pub use load_balancer::{
    Kind, Listener, LoadBalancer, Owner, Scheme, Target, TargetGroup, TargetState,
};
pub use map::WebMap;
pub use names::{is_of_aws, normalised, short_name};
pub use part::{Part, Unread};
pub use security_group::{Ingress, SecurityGroup};
