//! Members of a JSON document, found by the path that complaints name them by. What is null or an
//! empty string counts as left out; what is of another kind than it should be is refused, since
//! nobody knows what it means.

use serde_json::Value;

/// A value in a document.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The document itself, or a part of it.
    pub(super) fn root(path: &str, value: &'a Value) -> Self {
        Self {
            path: path.to_owned(),
            value,
        }
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// Whether it is an object with this member.
    pub(super) fn has(&self, member: &str) -> bool {
        find(self.value, member).is_some()
    }

    /// What is at a path: members, with dots between.
    pub(super) fn at(&self, path: &str) -> Result<Option<Self>, String> {
        let mut node = self.clone();
        for member in path.split('.') {
            if !node.value.is_object() {
                return Err(node.is_not("an object"));
            }
            let path = node.named(member);
            match find(node.value, member) {
                Some(value) => node = Self { path, value },
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, String> {
        match self.at(path)? {
            Some(node) => node.as_text(),
            None => Ok(None),
        }
    }

    /// The text at a path, which must be there.
    pub(super) fn required(&self, path: &str) -> Result<String, String> {
        self.text(path)?
            .ok_or_else(|| format!("missing {}", self.named(path)))
    }

    /// The text of a time at a path. What is no text is no time that anybody could read.
    pub(super) fn time(&self, path: &str) -> Option<String> {
        self.text(path).ok().flatten()
    }

    /// The texts in a list at a path.
    pub(super) fn texts(&self, path: &str) -> Result<Vec<String>, String> {
        let texts = self.list(path)?.into_iter().map(|node| node.as_text());
        let texts: Result<Vec<Option<String>>, String> = texts.collect();
        Ok(texts?.into_iter().flatten().collect())
    }

    /// Whether something is so; no, where nothing is said.
    pub(super) fn flag(&self, path: &str) -> Result<bool, String> {
        let Some(node) = self.at(path)? else {
            return Ok(false);
        };
        match node.value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.is_empty() || text.eq_ignore_ascii_case("false") => {
                Ok(false)
            }
            _ => Err(node.is_not("true or false")),
        }
    }

    /// A count at a path; zero, where nothing is said.
    pub(super) fn count(&self, path: &str) -> Result<u64, String> {
        let Some(node) = self.at(path)? else {
            return Ok(0);
        };
        let count = match node.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        count.ok_or_else(|| node.is_not("a count"))
    }

    /// The number at a path.
    pub(super) fn number(&self, path: &str) -> Result<Option<f64>, String> {
        let Some(node) = self.at(path)? else {
            return Ok(None);
        };
        let number = match node.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.map(Some).ok_or_else(|| node.is_not("a number"))
    }

    /// What is in the list at a path; nothing, where there is none.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Self>, String> {
        let Some(node) = self.at(path)? else {
            return Ok(Vec::new());
        };
        let list = node.value.as_array().ok_or_else(|| node.is_not("a list"))?;
        let nodes = list.iter().enumerate().map(|(position, value)| Self {
            path: format!("{}[{position}]", node.path),
            value,
        });
        Ok(nodes.collect())
    }

    /// The objects that are members of the object at a path, whatever they are called.
    pub(super) fn objects(&self, path: &str) -> Result<Vec<Self>, String> {
        let Some(node) = self.at(path)? else {
            return Ok(Vec::new());
        };
        let members = node.value.as_object();
        let members = members.ok_or_else(|| node.is_not("an object"))?;
        let objects = members.iter().filter(|(_, value)| value.is_object());
        let nodes = objects.map(|(name, value)| Self {
            path: node.named(name),
            value,
        });
        Ok(nodes.collect())
    }

    fn as_text(&self) -> Result<Option<String>, String> {
        match self.value {
            Value::String(text) if text.is_empty() => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            Value::Null => Ok(None),
            _ => Err(self.is_not("a string")),
        }
    }

    fn named(&self, member: &str) -> String {
        if self.path.is_empty() {
            member.to_owned()
        } else {
            format!("{}.{member}", self.path)
        }
    }

    fn is_not(&self, kind: &str) -> String {
        match self.path.as_str() {
            "" => format!("it is not {kind}"),
            path => format!("{path} is not {kind}"),
        }
    }
}

/// A member of an object, where it is there. The command line of AWS prints the members of
/// GuardDuty's findings with a capital, and people put what it prints into events.
fn find<'a>(value: &'a Value, member: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let found = object.get(member).or_else(|| {
        let (first, rest) = member.split_at_checked(1)?;
        object.get(&format!("{}{rest}", first.to_ascii_uppercase()))
    });
    found.filter(|value| !value.is_null())
}
