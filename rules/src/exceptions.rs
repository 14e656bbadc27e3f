//! The exceptions of a deployer, and the terms on which they are used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;

use crate::{
    exception::{Draft, Exception, Miss, day},
    gap::Gap,
    instance::{Instance, InstanceId},
    text::quoted,
    verdict::Compliance,
};

mod standing;

pub use standing::{Standing, StandingCounts, WARNING_DAYS};

/// For how many days an exception may hold, where nobody says.
pub const MOST_DAYS: u16 = 366;

/// On which terms exceptions are used. They stand outside the file of exceptions: whoever may write
/// an exception does not say what exceptions may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The keys of tags that an instance's owner cannot set. An exception for another tag is not
    /// honoured.
    pub protected_tags: BTreeSet<String>,
    /// What an excepted result is.
    pub excepted_as: ExceptedAs,
    /// For how many days an exception may hold, from the day on which it was made.
    pub most_days: u16,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            protected_tags: BTreeSet::new(),
            excepted_as: ExceptedAs::default(),
            most_days: MOST_DAYS,
        }
    }
}

/// What an excepted result is, with the reason that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExceptedAs {
    /// It stays non-compliant.
    #[default]
    NonCompliant,
    /// It is not applicable, which AWS Config does not show.
    NotApplicable,
}

impl ExceptedAs {
    /// Both.
    pub const ALL: [Self; 2] = [Self::NonCompliant, Self::NotApplicable];

    /// The word in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NonCompliant => "non-compliant",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The one with that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }

    pub(crate) const fn compliance(self) -> Compliance {
        match self {
            Self::NonCompliant => Compliance::NonCompliant,
            Self::NotApplicable => Compliance::NotApplicable,
        }
    }
}

/// Exceptions that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What an excepted result would be.
    pub excepted_as: ExceptedAs,
    /// Why they could not be read.
    pub gap: Gap,
}

/// The exceptions of a deployer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    list: Vec<Exception>,
    /// The positions of those for one instance.
    of_instances: BTreeMap<InstanceId, Vec<usize>>,
    /// The positions of all others.
    wider: Vec<usize>,
    terms: Terms,
}

/// Something that is wrong with an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Its position in the list, from 0.
    pub position: usize,
    /// What it is called, where it is called anything.
    pub id: Option<String>,
    /// What is wrong, in a clause that follows its name.
    pub what: String,
}

impl Exceptions {
    /// The exceptions, where nothing is wrong with any of them.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn new(
        drafts: impl IntoIterator<Item = Draft>,
        terms: Terms,
    ) -> Result<Self, Vec<Complaint>> {
        let mut exceptions = Self {
            terms,
            ..Self::default()
        };
        let mut ids = BTreeSet::new();
        let mut complaints = Vec::new();
        for (position, draft) in drafts.into_iter().enumerate() {
            let id = draft.id.clone();
            let mut complain = |what| {
                let id = id.clone();
                complaints.push(Complaint { position, id, what });
            };
            if let Some(id) = &id
                && !ids.insert(id.clone())
            {
                complain("is there twice: give each an id of its own".to_owned());
            }
            match draft.check(exceptions.terms.most_days) {
                Ok(exception) => exceptions.add(exception),
                Err(wrong) => wrong.into_iter().for_each(complain),
            }
        }
        if complaints.is_empty() {
            Ok(exceptions)
        } else {
            Err(complaints)
        }
    }

    fn add(&mut self, exception: Exception) {
        let position = self.list.len();
        match exception.scope().instance() {
            Some(id) => self.of_instances.entry(id).or_default().push(position),
            None => self.wider.push(position),
        }
        self.list.push(exception);
    }

    /// The exceptions, in the order in which they were written.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Exception> {
        self.list.iter()
    }

    /// The terms on which they are used.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Those that may be made for an instance.
    fn near(&self, instance: &Instance) -> impl Iterator<Item = &Exception> {
        let own = self.of_instances.get(&instance.id).into_iter().flatten();
        let positions = own.chain(&self.wider);
        positions.filter_map(|position| self.list.get(*position))
    }

    /// The exceptions that fit what the rule with an id says of an instance at `now`.
    pub fn fitting(
        &self,
        rule: &str,
        instance: &Instance,
        now: Timestamp,
    ) -> impl Iterator<Item = &Exception> {
        self.near(instance)
            .filter(move |exception| self.miss(exception, rule, instance, now).is_none())
    }

    /// The exception that is made for what the rule with an id says of an instance at `now`. Of
    /// several it is the one that holds longest, so that an annotation changes only when it must.
    #[must_use]
    pub fn of(&self, rule: &str, instance: &Instance, now: Timestamp) -> Option<&Exception> {
        let made = self.fitting(rule, instance, now);
        // Of two that hold as long, the lower id: the order in a file means nothing.
        made.max_by(|one, other| {
            let by_id = other.id().cmp(one.id());
            one.expires().cmp(&other.expires()).then(by_id)
        })
    }

    /// Why an exception is not made for what the rule with an id says of an instance at `now`; `None`
    /// where it is.
    #[must_use]
    pub fn miss(
        &self,
        exception: &Exception,
        rule: &str,
        instance: &Instance,
        now: Timestamp,
    ) -> Option<Miss> {
        exception
            .misses_subject(rule, instance)
            .or_else(|| (!self.is_honoured(exception)).then_some(Miss::UnprotectedTag))
            .or_else(|| exception.misses_time(now))
    }

    /// Whether an exception is honoured where it is made for something: not where it is for a tag
    /// that an instance's owner can set.
    #[must_use]
    pub fn is_honoured(&self, exception: &Exception) -> bool {
        let tag = exception.scope().tag();
        tag.is_none_or(|tag| self.terms.protected_tags.contains(&*tag.key))
    }

    /// How an exception stands at a time.
    #[must_use]
    pub fn standing(&self, exception: &Exception, now: Timestamp) -> Standing {
        if !self.is_honoured(exception) {
            return Standing::Unprotected;
        }
        match exception.misses_time(now) {
            Some(Miss::Expired) => Standing::Expired,
            Some(_) => Standing::NotYet,
            None => Standing::until(exception.expires(), day(now)),
        }
    }

    /// How many exceptions stand how at a time.
    #[must_use]
    pub fn counts(&self, now: Timestamp) -> StandingCounts {
        let mut counts = StandingCounts::default();
        for exception in &self.list {
            counts.note(self.standing(exception, now));
        }
        counts
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(formatter, "exception {} {}", quoted(id), self.what),
            None => write!(
                formatter,
                "exception {} {}",
                self.position.saturating_add(1),
                self.what
            ),
        }
    }
}
