//! The values of a rule's parameters, all checked before anything is graded.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::{
    historic,
    module::Module,
    parameter::{BadParameter, Kind, Parameter, module_words},
    text::{nearest, quoted},
};

/// The longest value of a parameter, in characters.
const VALUE_LIMIT: usize = 2048;

/// The values of a rule's parameters: every one is known to the rule and is of its kind.
#[derive(Clone, Debug)]
pub struct Values {
    rule: &'static str,
    given: BTreeMap<String, String>,
}

impl Values {
    /// Checks the given parameters of a rule against those that it takes.
    ///
    /// # Errors
    /// The first parameter that is unknown, historic, empty, or not of its kind.
    pub fn check(
        rule: &'static str,
        taken: &[&'static Parameter],
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, BadParameter> {
        let mut values = Self {
            rule,
            given: BTreeMap::new(),
        };
        for (name, value) in given {
            let Some(parameter) = taken.iter().find(|parameter| parameter.name == name) else {
                return Err(BadParameter::new(rule, &name, unknown(taken, &name)));
            };
            if values.given.insert(name.clone(), value).is_some() {
                return Err(BadParameter::new(rule, &name, "is given twice"));
            }
            values.check_kind(parameter)?;
        }
        Ok(values)
    }

    fn check_kind(&self, parameter: &'static Parameter) -> Result<(), BadParameter> {
        if self.text(parameter).trim().is_empty() {
            return Err(self.refuse(parameter, "is empty; leave it out for its default"));
        }
        if self.text(parameter).chars().count() > VALUE_LIMIT {
            return Err(self.refuse(parameter, "is longer than 2,048 characters"));
        }
        match parameter.kind {
            Kind::Integer { .. } => self.integer(parameter).map(drop),
            Kind::Choice(_) => self.choice(parameter).map(drop),
            Kind::Flag => self.flag(parameter).map(drop),
            Kind::Modules => self.modules(parameter).map(drop),
            Kind::PolicyNames => self.policy_names(parameter).map(drop),
            Kind::Ports => self.ports(parameter).map(drop),
        }
    }

    fn text(&self, parameter: &'static Parameter) -> &str {
        self.given
            .get(parameter.name)
            .map_or(parameter.default, String::as_str)
    }

    fn refuse(&self, parameter: &Parameter, complaint: &str) -> BadParameter {
        BadParameter::new(self.rule, parameter.name, complaint)
    }

    fn not_of_its_kind(&self, parameter: &Parameter, value: &str) -> BadParameter {
        self.refuse(
            parameter,
            &format!("{} is not {}", quoted(value), parameter.kind),
        )
    }

    /// The value of a parameter of the kind [`Kind::Integer`].
    ///
    /// # Errors
    /// When it is no number, or out of range.
    pub fn integer(&self, parameter: &'static Parameter) -> Result<i64, BadParameter> {
        let text = self.text(parameter).trim();
        match (&parameter.kind, text.parse::<i64>()) {
            (Kind::Integer { min, max }, Ok(number)) if (*min..=*max).contains(&number) => {
                Ok(number)
            }
            _ => Err(self.not_of_its_kind(parameter, text)),
        }
    }

    /// The value of a parameter of the kind [`Kind::Integer`] that counts minutes.
    ///
    /// # Errors
    /// When it is no number, or out of range.
    pub fn minutes(&self, parameter: &'static Parameter) -> Result<SignedDuration, BadParameter> {
        self.integer(parameter).map(SignedDuration::from_mins)
    }

    /// The value of a parameter of the kind [`Kind::Integer`] that counts hours.
    ///
    /// # Errors
    /// When it is no number, or out of range.
    pub fn hours(&self, parameter: &'static Parameter) -> Result<SignedDuration, BadParameter> {
        self.integer(parameter).map(SignedDuration::from_hours)
    }

    /// The value of a parameter of the kind [`Kind::Choice`].
    ///
    /// # Errors
    /// When it is none of the words.
    pub fn choice(&self, parameter: &'static Parameter) -> Result<&'static str, BadParameter> {
        let text = self.text(parameter).trim();
        let Kind::Choice(words) = parameter.kind else {
            return Err(self.not_of_its_kind(parameter, text));
        };
        let chosen = words
            .iter()
            .find(|word| word.eq_ignore_ascii_case(text))
            .copied();
        chosen.ok_or_else(|| self.not_of_its_kind(parameter, text))
    }

    /// The value of a parameter of the kind [`Kind::Flag`].
    ///
    /// # Errors
    /// When it is neither yes nor no.
    pub fn flag(&self, parameter: &'static Parameter) -> Result<bool, BadParameter> {
        let text = self.text(parameter).trim().to_ascii_lowercase();
        match text.as_str() {
            "1" | "true" | "yes" => Ok(true),
            "0" | "false" | "no" => Ok(false),
            _ => Err(self.not_of_its_kind(parameter, &text)),
        }
    }

    /// The value of a parameter of the kind [`Kind::Modules`].
    ///
    /// # Errors
    /// When one of the words is no module.
    pub fn modules(&self, parameter: &'static Parameter) -> Result<Vec<Module>, BadParameter> {
        let mut modules = Vec::new();
        for word in self.text(parameter).split(',').map(str::trim) {
            let known = Module::PROTECTION
                .iter()
                .find(|module| module.word().eq_ignore_ascii_case(word));
            let Some(module) = known else {
                let hint = nearest(word, module_words());
                let hint = hint
                    .map(|word| format!("; did you mean `{word}`?"))
                    .unwrap_or_default();
                let complaint = format!("{} is not one of {}", quoted(word), list(module_words()));
                return Err(self.refuse(parameter, &(complaint + &hint)));
            };
            if !modules.contains(module) {
                modules.push(*module);
            }
        }
        Ok(modules)
    }

    /// The value of a parameter of the kind [`Kind::PolicyNames`]; empty when it was not given.
    ///
    /// # Errors
    /// When one of the names is empty.
    pub fn policy_names(&self, parameter: &'static Parameter) -> Result<Vec<String>, BadParameter> {
        let text = self.text(parameter);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut names = vec![String::new()];
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (character, names.last_mut()) {
                (',', _) => names.push(String::new()),
                ('\\', Some(name)) => name.extend(characters.next()),
                (_, Some(name)) => name.push(character),
                (_, None) => {}
            }
        }
        for name in &mut names {
            *name = name.trim().to_owned();
            if name.is_empty() {
                return Err(self.refuse(parameter, "holds an empty name"));
            }
        }
        Ok(names)
    }

    /// The value of a parameter of the kind [`Kind::Ports`].
    ///
    /// # Errors
    /// When one of them is no port number.
    pub fn ports(&self, parameter: &'static Parameter) -> Result<Vec<u16>, BadParameter> {
        let mut ports = Vec::new();
        for text in self.text(parameter).split(',').map(str::trim) {
            let port = text.parse().ok().filter(|port| *port > 0);
            let Some(port) = port else {
                let complaint = format!("{} is not a port number from 1 to 65535", quoted(text));
                return Err(self.refuse(parameter, &complaint));
            };
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        Ok(ports)
    }
}

/// What to say of a parameter that the rule does not take.
fn unknown(taken: &[&'static Parameter], name: &str) -> String {
    if let Some(advice) = historic::advice(name) {
        return advice.to_owned();
    }
    let names = || taken.iter().map(|parameter| parameter.name);
    match nearest(name, names()) {
        Some(near) => format!("is unknown; did you mean `{near}`?"),
        None => format!("is unknown; the rule takes {}", list(names())),
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
