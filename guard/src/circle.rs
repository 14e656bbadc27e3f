//! What is being looked at, so that nothing goes around in circles.

/// How many names may lead to each other: the library calls itself for every one.
const LONGEST: usize = 8;

/// The names that led here, the first one first.
#[derive(Debug, Default)]
pub(crate) struct Trail<T>(Vec<T>);

/// Why a name may not be followed.
pub(crate) enum Astray {
    /// It leads to itself.
    Circle,
    /// Too many lead here.
    Long,
}

impl<T: PartialEq> Trail<T> {
    pub(crate) fn enter(&mut self, name: T) -> Result<(), Astray> {
        if self.0.contains(&name) {
            return Err(Astray::Circle);
        }
        if self.0.len() == LONGEST {
            return Err(Astray::Long);
        }
        self.0.push(name);
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.0.pop();
    }
}

impl Astray {
    /// What to say of a rule or a variable.
    pub(crate) fn complaint(&self, what: &str) -> String {
        match self {
            Self::Circle => format!("{what} leads to itself; take one of the references out"),
            Self::Long => format!(
                "{what} is reached over more than {LONGEST} others; write its clauses where they are needed"
            ),
        }
    }
}
