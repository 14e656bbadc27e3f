//! What the policies of a role and of a bucket come to (IAM user guide, "Policy evaluation logic").

use rules::instance::AccountId;

use super::{
    bucket::{Asked, BucketFacts, BucketPolicy},
    condition::Condition,
    context::{Asker, Context},
    document::{Document, Selection, Statement, Unreadable},
    extent::{Extent, Truth},
    pattern::{Pattern, Subject},
    principal::Named,
    role::{Policy, Role},
};

/// A value for each of [`super::Operation::ALL`].
pub(super) type Each<T> = [T; 4];

/// What a role may do, and what speaks for and against it.
#[derive(Debug)]
pub(super) struct Evaluation<'a> {
    pub(super) allowed: Each<Extent>,
    pub(super) evidence: Vec<Evidence<'a>>,
    /// What the parts come to, for a role that may do nothing.
    pub(super) parts: Parts,
}

/// A statement that applies, or may apply; or a policy that could not be read.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// The policy; `None` for that of the bucket.
    pub(super) policy: Option<&'a Policy>,
    pub(super) says: Says<'a>,
}

#[derive(Debug)]
pub(super) enum Says<'a> {
    Unread(&'a Unreadable),
    Statement {
        /// Its place in the document, from 1.
        number: usize,
        statement: &'a Statement,
        extents: Each<Extent>,
        /// Whether it is only about the role's account.
        to_account: bool,
        doubt: Option<Doubt<'a>>,
    },
}

/// Why it is not known whether a statement applies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doubt<'a> {
    Unrecognised(&'a str),
    Principal,
    Resource,
    Condition(&'a Condition),
}

/// What each kind of policy comes to.
#[derive(Debug)]
pub(super) struct Parts {
    identity: Each<Extent>,
    boundary: Each<Extent>,
    /// What the bucket's policy grants to the role's account, to the role, and directly.
    by_account: Each<Extent>,
    by_role: Each<Extent>,
    directly: Each<Extent>,
    denied: Each<Extent>,
}

/// Which policy a document is.
#[derive(Clone, Copy)]
enum Part<'a> {
    Identity(&'a Policy),
    Boundary(&'a Policy),
    Bucket,
}

/// Evaluates the policies of a role and a bucket.
pub(super) fn evaluate<'a>(
    role: &'a Role,
    organization: Option<&'a str>,
    bucket: &'a BucketFacts,
    asked: &Asked,
) -> Evaluation<'a> {
    let mut gathering = Gathering::new(Asker::Role(role), organization, bucket, asked);
    for policy in &role.policies {
        gathering.policy(Part::Identity(policy), policy);
    }
    match &role.boundary {
        Some(policy) => gathering.policy(Part::Boundary(policy), policy),
        None => gathering.parts.boundary = [Extent::Whole; 4],
    }
    gathering.bucket(bucket);
    Evaluation {
        allowed: gathering.parts.allowed(role.arn.account(), bucket.account),
        evidence: gathering.evidence,
        parts: gathering.parts,
    }
}

/// Whether the policy of a bucket may let some role of an account in, whose own policies are not
/// known.
pub(super) fn may_let_in(account: AccountId, bucket: &BucketFacts, asked: &Asked) -> bool {
    let partition = &bucket.partition;
    let asker = Asker::Any { account, partition };
    let mut gathering = Gathering::new(asker, None, bucket, asked);
    gathering.bucket(bucket);
    let granted = gathering.parts.of_bucket().into_iter();
    let mut left = granted.zip(gathering.parts.denied);
    left.any(|(granted, denied)| granted.without(denied) > Extent::None)
}

struct Gathering<'a, 'b> {
    context: Context<'a>,
    asked: &'b Asked,
    evidence: Vec<Evidence<'a>>,
    parts: Parts,
}

impl<'a, 'b> Gathering<'a, 'b> {
    fn new(
        asker: Asker<'a>,
        organization: Option<&'a str>,
        bucket: &BucketFacts,
        asked: &'b Asked,
    ) -> Self {
        Self {
            context: Context {
                asker,
                owner: bucket.account,
                organization,
            },
            asked,
            evidence: Vec::new(),
            parts: Parts::none(),
        }
    }

    fn bucket(&mut self, bucket: &'a BucketFacts) {
        match &bucket.policy {
            BucketPolicy::None => {}
            BucketPolicy::Read(document) => self.document(Part::Bucket, document),
            BucketPolicy::Unread(reason) => self.unread(Part::Bucket, reason),
        }
    }

    fn policy(&mut self, part: Part<'a>, policy: &'a Policy) {
        match &policy.document {
            Ok(document) => self.document(part, document),
            Err(reason) => self.unread(part, reason),
        }
    }

    /// What could not be read may allow anything, and may deny anything.
    fn unread(&mut self, part: Part<'a>, reason: &'a Unreadable) {
        let unsure = [Extent::Unsure; 4];
        self.parts.grant(part, Named::directly(Truth::True), unsure);
        add(&mut self.parts.denied, unsure);
        self.evidence.push(Evidence {
            policy: part.policy(),
            says: Says::Unread(reason),
        });
    }

    fn document(&mut self, part: Part<'a>, document: &'a Document) {
        for (index, statement) in document.statements.iter().enumerate() {
            self.statement(part, index + 1, statement);
        }
    }

    fn statement(&mut self, part: Part<'a>, number: usize, statement: &'a Statement) {
        let context = self.context;
        let actions = self.actions(statement);
        if !actions.contains(&true) {
            return;
        }
        let named = match part {
            Part::Identity(_) | Part::Boundary(_) => Named::directly(Truth::True),
            Part::Bucket => named(statement, &context),
        };
        if named.at_all() == Truth::False {
            return;
        }
        let subjects = self.asked.resources();
        let resources = subjects.map(|subject| resources(statement, subject, &context));
        let resources = Asked::spread(resources);
        let mut extents = [Extent::None; 4];
        for ((extent, applies), resource) in extents.iter_mut().zip(actions).zip(resources) {
            if applies {
                *extent = resource;
            }
        }
        if extents == [Extent::None; 4] {
            return;
        }
        let (condition, doubtful) = conditions(statement, &context);
        if condition == Truth::False {
            return;
        }
        let doubt = match &statement.unrecognised {
            Some(element) => Some(Doubt::Unrecognised(element)),
            None if named.at_all() == Truth::Unknown => Some(Doubt::Principal),
            None if doubtful.is_some() => doubtful.map(Doubt::Condition),
            None if extents.contains(&Extent::Unsure) => Some(Doubt::Resource),
            None => None,
        };
        let limit = match &statement.unrecognised {
            Some(_) => Extent::Unsure,
            None => condition.extent(),
        };
        let extents = extents.map(|extent| extent.min(limit));
        if statement.allows {
            self.parts.grant(part, named, extents);
        } else {
            let limit = named.at_all().extent();
            add(
                &mut self.parts.denied,
                extents.map(|extent| extent.min(limit)),
            );
        }
        let limit = named.at_all().extent();
        self.evidence.push(Evidence {
            policy: part.policy(),
            says: Says::Statement {
                number,
                statement,
                extents: extents.map(|extent| extent.min(limit)),
                to_account: named.role.max(named.direct) == Truth::False,
                doubt,
            },
        });
    }

    fn actions(&self, statement: &Statement) -> Each<bool> {
        let context = &self.context;
        let fits = |patterns: &[Pattern], action: &Subject| {
            let fit = |pattern: &Pattern| pattern.fit(action, context) == Extent::Whole;
            patterns.iter().any(fit)
        };
        let actions = self.asked.actions.each_ref();
        match &statement.actions {
            Selection::Only(patterns) => actions.map(|action| fits(patterns, action)),
            Selection::AllBut(patterns) => actions.map(|action| !fits(patterns, action)),
        }
    }
}

impl<'a> Part<'a> {
    fn policy(self) -> Option<&'a Policy> {
        match self {
            Self::Identity(policy) | Self::Boundary(policy) => Some(policy),
            Self::Bucket => None,
        }
    }
}

/// A statement of a bucket's policy has to say whom it is about; one that does not may be about
/// anybody.
fn named(statement: &Statement, context: &Context<'_>) -> Named {
    match &statement.principals {
        Some(Selection::Only(principals)) => principals.name(context),
        Some(Selection::AllBut(principals)) => principals.name_others(context),
        None => Named::directly(Truth::Unknown),
    }
}

/// For how much of a subject the resources of a statement fit.
fn resources(statement: &Statement, subject: &Subject, context: &Context<'_>) -> Extent {
    let fits = |pattern: &Pattern| pattern.fit(subject, context);
    match &statement.resources {
        Selection::Only(patterns) => patterns.iter().map(fits).max().unwrap_or(Extent::None),
        Selection::AllBut(patterns) => {
            let mut left = Extent::Whole;
            for fit in patterns.iter().map(fits) {
                left = match (left, fit) {
                    (left, Extent::None) => left,
                    (_, Extent::Whole) => return Extent::None,
                    (Extent::Whole, Extent::Part) => Extent::Part,
                    // Two parts may be everything together.
                    _ => Extent::Unsure,
                };
            }
            left
        }
    }
}

/// Whether all conditions of a statement hold, and the first of which that is not known.
fn conditions<'a>(
    statement: &'a Statement,
    context: &Context<'_>,
) -> (Truth, Option<&'a Condition>) {
    let mut doubtful = None;
    for condition in &statement.conditions {
        match condition.holds(context) {
            Truth::True => {}
            Truth::Unknown => doubtful = doubtful.or(Some(condition)),
            Truth::False => return (Truth::False, None),
        }
    }
    match doubtful {
        None => (Truth::True, None),
        Some(_) => (Truth::Unknown, doubtful),
    }
}

fn add(to: &mut Each<Extent>, extents: Each<Extent>) {
    for (sum, extent) in to.iter_mut().zip(extents) {
        *sum = sum.or(extent);
    }
}

impl Parts {
    fn none() -> Self {
        let none = [Extent::None; 4];
        Self {
            identity: none,
            boundary: none,
            by_account: none,
            by_role: none,
            directly: none,
            denied: none,
        }
    }

    fn grant(&mut self, part: Part<'_>, named: Named, extents: Each<Extent>) {
        let as_far_as = |truth: Truth| extents.map(|extent| extent.min(truth.extent()));
        match part {
            Part::Identity(_) => add(&mut self.identity, extents),
            Part::Boundary(_) => add(&mut self.boundary, extents),
            Part::Bucket => {
                add(&mut self.by_account, as_far_as(named.account));
                add(&mut self.by_role, as_far_as(named.role));
                add(&mut self.directly, as_far_as(named.direct));
            }
        }
    }

    fn allowed(&self, account: AccountId, owner: Option<AccountId>) -> Each<Extent> {
        let mut allowed = self.in_account();
        let across = self.across_accounts();
        match owner {
            Some(owner) if owner == account => {}
            Some(_) => allowed = across,
            None => {
                for (within, across) in allowed.iter_mut().zip(across) {
                    if *within != across {
                        *within = across.max((*within).min(Extent::Unsure));
                    }
                }
            }
        }
        for (allowed, denied) in allowed.iter_mut().zip(self.denied) {
            *allowed = allowed.without(denied);
        }
        allowed
    }

    /// Where role and bucket belong to one account, either side can allow. That the bucket's policy
    /// names the account only leaves it to the account's own policies.
    fn in_account(&self) -> Each<Extent> {
        let mut allowed = self.directly;
        let own = self.identity.iter().zip(self.by_role);
        for ((sum, (identity, by_role)), boundary) in allowed.iter_mut().zip(own).zip(self.boundary)
        {
            *sum = sum.or(identity.and(boundary)).or(by_role.and(boundary));
        }
        allowed
    }

    /// Where they belong to two accounts, both sides have to allow.
    fn across_accounts(&self) -> Each<Extent> {
        let mut allowed = self.own();
        let bucket = self.of_bucket();
        for (sum, bucket) in allowed.iter_mut().zip(bucket) {
            *sum = sum.and(bucket);
        }
        allowed
    }

    /// What the role's own policies allow within its boundary.
    pub(super) fn own(&self) -> Each<Extent> {
        let mut own = self.identity;
        for (identity, boundary) in own.iter_mut().zip(self.boundary) {
            *identity = identity.and(boundary);
        }
        own
    }

    /// What the role's own policies allow.
    pub(super) fn identity(&self) -> Each<Extent> {
        self.identity
    }

    /// What the bucket's policy grants in any way.
    pub(super) fn of_bucket(&self) -> Each<Extent> {
        let mut granted = self.by_account;
        add(&mut granted, self.by_role);
        add(&mut granted, self.directly);
        granted
    }
}
