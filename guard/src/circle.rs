//! What is being looked at, so that nothing goes around in circles.

/// How many names may lead to each other: the library calls itself for every one.
const LONGEST: usize = 8;

/// The names that led here, the first one first, each with how many lead on from it at most.
#[derive(Debug, Default)]
pub(crate) struct Trail<T>(Vec<(T, usize)>);

/// Why a name may not be followed.
pub(crate) enum Astray {
    /// It leads to itself.
    Circle,
    /// Too many lead to each other.
    Long,
}

impl<T: PartialEq> Trail<T> {
    pub(crate) fn enter(&mut self, name: T) -> Result<(), Astray> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(Astray::Circle);
        }
        if self.0.len() == LONGEST {
            return Err(Astray::Long);
        }
        self.0.push((name, 0));
        Ok(())
    }

    /// Passes a name that was followed before, and to so many names, itself included.
    pub(crate) fn pass(&mut self, length: usize) -> Result<(), Astray> {
        if self.0.len() + length > LONGEST {
            return Err(Astray::Long);
        }
        if let Some((_, on)) = self.0.last_mut() {
            *on = length.max(*on);
        }
        Ok(())
    }

    /// Leaves the last name, and gives over how many names it led, itself included.
    pub(crate) fn leave(&mut self) -> usize {
        let length = self.0.pop().map_or(0, |(_, on)| on + 1);
        if let Some((_, on)) = self.0.last_mut() {
            *on = length.max(*on);
        }
        length
    }
}

impl Astray {
    /// What to say of a rule or a variable.
    pub(crate) fn complaint(&self, what: &str) -> String {
        match self {
            Self::Circle => format!("{what} leads to itself; take one of the references out"),
            Self::Long => format!(
                "{what} is one of more than {LONGEST} that lead to each other; write its clauses where \
                 they are needed"
            ),
        }
    }
}
