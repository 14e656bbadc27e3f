//! Whom a statement of a bucket policy is about (IAM user guide, "AWS JSON policy elements:
//! Principal").

use rules::instance::AccountId;

use super::{
    context::{Asker, Context, Value},
    document::texts,
    extent::{Extent, Truth},
    json::Json,
    pattern::{Pattern, Subject, Syntax},
};

/// The principals that an element names.
#[derive(Clone, Debug)]
pub(super) struct Principals(Vec<Principal>);

#[derive(Clone, Debug)]
enum Principal {
    /// `*`.
    Everyone,
    /// An account: it hands the decision on to the account's own policies.
    Account(Box<str>),
    /// An ARN or a unique id.
    Named(Box<str>),
    /// A name with wildcards, which AWS does not take any more.
    Pattern(Pattern),
    /// An account under another name, of which we do not know whose it is.
    CanonicalUser,
    /// A service, a user or somebody signed in elsewhere: never a role of an instance.
    Other,
    /// A kind that this version does not know.
    Unrecognised,
}

/// How a role is among the principals of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// By its account.
    pub(super) account: Truth,
    /// Itself: what is granted so is capped by the role's permissions boundary.
    pub(super) role: Truth,
    /// As everybody, or as a session: what is granted so is not capped (IAM user guide, "Policy
    /// evaluation for requests within a single account").
    pub(super) direct: Truth,
}

impl Named {
    const NOWHERE: Self = Self {
        account: Truth::False,
        role: Truth::False,
        direct: Truth::False,
    };

    /// Named directly, so far.
    pub(super) fn directly(direct: Truth) -> Self {
        Self {
            direct,
            ..Self::NOWHERE
        }
    }

    /// Whether the role is named in any way.
    pub(super) fn at_all(self) -> Truth {
        self.account.max(self.role).max(self.direct)
    }

    fn or(self, other: Self) -> Self {
        Self {
            account: self.account.max(other.account),
            role: self.role.max(other.role),
            direct: self.direct.max(other.direct),
        }
    }
}

impl Principals {
    /// Reads the element: `*`, or an object with a list for each kind of principal.
    ///
    /// # Errors
    /// What is wrong with it, in a clause about the statement.
    pub(super) fn read(value: Json) -> Result<Self, &'static str> {
        const COMPLAINT: &str = "has a Principal that is neither * nor an object of lists";
        let Json::Object(kinds) = value else {
            let names = texts(value).ok_or(COMPLAINT)?;
            return Ok(Self(names.iter().map(|name| aws(name)).collect()));
        };
        let mut principals = Vec::new();
        for (kind, names) in kinds {
            let names = texts(names).ok_or(COMPLAINT)?;
            let read = |name: &String| match kind.as_str() {
                "AWS" => aws(name),
                "CanonicalUser" => Principal::CanonicalUser,
                "Service" | "Federated" => Principal::Other,
                _ => Principal::Unrecognised,
            };
            principals.extend(names.iter().map(read));
        }
        Ok(Self(principals))
    }

    /// The accounts that they name, or of which they name somebody.
    pub(super) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.0.iter().filter_map(|principal| match principal {
            Principal::Account(account) => account.parse().ok(),
            Principal::Named(name) => account_of(name),
            Principal::Everyone
            | Principal::Pattern(_)
            | Principal::CanonicalUser
            | Principal::Other
            | Principal::Unrecognised => None,
        })
    }

    /// How a role is among them.
    pub(super) fn name(&self, context: &Context<'_>) -> Named {
        let each = self.0.iter().map(|principal| principal.name(context));
        each.fold(Named::NOWHERE, Named::or)
    }

    /// How a role is among all others. Who is to be excepted has to be listed with account, role
    /// and session; whether a list does so is not decided here (IAM user guide, "AWS JSON policy
    /// elements: NotPrincipal").
    pub(super) fn name_others(&self, context: &Context<'_>) -> Named {
        let listed = self.name(context);
        Named::directly(match listed.at_all() {
            Truth::True if listed.direct == Truth::True => Truth::False,
            Truth::True | Truth::Unknown => Truth::Unknown,
            Truth::False => Truth::True,
        })
    }
}

fn aws(name: &str) -> Principal {
    let is_account =
        |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_root = || {
        let (_, rest) = name.strip_prefix("arn:")?.split_once(":iam::")?;
        rest.strip_suffix(":root").filter(|text| is_account(text))
    };
    if name == "*" {
        Principal::Everyone
    } else if is_account(name) {
        Principal::Account(name.into())
    } else if let Some(account) = of_root() {
        Principal::Account(account.into())
    } else if name.contains(['*', '?']) {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
            folded: false,
        };
        Principal::Pattern(Pattern::new(name, syntax))
    } else if is_user(name) {
        Principal::Other
    } else {
        Principal::Named(name.into())
    }
}

/// Whether an ARN is that of a user. A path in a name may hold colons.
fn is_user(arn: &str) -> bool {
    let resource = arn.splitn(6, ':').nth(5);
    resource.is_some_and(|resource| resource.starts_with("user/"))
}

impl Principal {
    fn name(&self, context: &Context<'_>) -> Named {
        let asker = context.asker;
        let mut named = Named::NOWHERE;
        match self {
            Self::Everyone => named.direct = Truth::True,
            Self::Account(account) => {
                named.account = Truth::from(**account == *asker.account().to_string());
            }
            Self::Named(name) => {
                named.role = match asker {
                    Asker::Role(role) => {
                        Truth::from(**name == *role.arn.as_str() || *name == role.id)
                    }
                    // Whose a unique id is does not show.
                    Asker::Any { account, .. } => match account_of(name) {
                        Some(named) if named != account => Truth::False,
                        _ => Truth::Unknown,
                    },
                };
                // Which of its instances asks depends.
                if name.starts_with(&asker.session()) {
                    named.direct = Truth::Unknown;
                }
            }
            Self::Pattern(pattern) => {
                let arn = match asker.arn() {
                    Value::Beginning(text) => Subject::beginning(&text),
                    arn => Subject::exact(arn.text(None).0),
                };
                let session = Subject::beginning(&asker.session());
                let may_be = [arn, session]
                    .iter()
                    .any(|subject| pattern.fit(subject, context) > Extent::None);
                if may_be {
                    named.direct = Truth::Unknown;
                }
            }
            Self::CanonicalUser => named.account = Truth::Unknown,
            Self::Other => {}
            Self::Unrecognised => named.direct = Truth::Unknown,
        }
        named
    }
}

/// The account of a principal of IAM or STS; `None` for what is not its ARN.
fn account_of(name: &str) -> Option<AccountId> {
    name.split(':').nth(4)?.parse().ok()
}
