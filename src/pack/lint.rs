//! What AWS Config would refuse in a pack, and what would silently not work.
//!
//! ```text
//! node         a document as it was written, line by line
//! spot         where something stands in it
//! template     its sections, and what a value comes to with the defaults of the parameters
//! sections     parameters and conditions: what is unknown, missing, unused or too long
//! writing      what holds everywhere: functions, tags, what is written twice, account ids
//! members      what members there are, and what words and numbers they take
//! resource     resources: their type and what they depend on
//! rule         Config rules
//! source       what starts a rule and what it runs
//! own          the rules of Deepgrade: their ids and parameters
//! remediation  remediation configurations
//! ```
//!
//! What a value comes to is told by the defaults of the parameters; what the pack is told when it is
//! deployed is not known. Rules that are not Deepgrade's are held to what holds for every pack.

use std::fmt;

mod members;
mod node;
mod own;
mod remediation;
mod resource;
mod rule;
mod sections;
mod source;
mod spot;
mod template;
mod writing;

pub use node::Unreadable;
pub use source::is_function;

use super::limits;
use node::Node;
use spot::{Place, Spot};
use template::Template;

/// How a pack is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// As it is: with the call, or in another template.
    Inline,
    /// From a bucket of S3.
    Stored,
}

/// Something in a pack that AWS Config would refuse, or that would silently not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    place: Place,
    complaint: String,
}

impl Objection {
    /// The line, from one.
    #[must_use]
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// The names on the way to it; empty for the document as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.place.path
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub fn complaint(&self) -> &str {
        &self.complaint
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, path } = &self.place;
        write!(formatter, "{line}: ")?;
        if !path.is_empty() {
            write!(formatter, "{path}: ")?;
        }
        formatter.write_str(&self.complaint)
    }
}

/// Looks through a pack, and says what is wrong with it from the first line to the last.
///
/// # Errors
/// When it is neither YAML nor JSON.
pub fn lint(text: &str, handover: Handover) -> Result<Vec<Objection>, Unreadable> {
    let document = node::read(text)?;
    let mut check = Check::new(&document);
    check.size(text, handover);
    check.writing();
    check.sections();
    check.resources();
    let mut objections = check.objections;
    objections.sort_by(|one, other| {
        let key = |objection: &Objection| (objection.line(), objection.path().to_owned());
        key(one).cmp(&key(other))
    });
    objections.dedup();
    Ok(objections)
}

/// A pack that is being looked through, and what was found.
struct Check<'a> {
    template: Template<'a>,
    objections: Vec<Objection>,
}

impl<'a> Check<'a> {
    fn new(document: &'a Node) -> Self {
        Self {
            template: Template::of(Spot::root(document)),
            objections: Vec::new(),
        }
    }

    fn object(&mut self, place: &Place, complaint: impl Into<String>) {
        self.objections.push(Objection {
            place: Place {
                line: place.line,
                path: rules::text::clean(&place.path),
            },
            complaint: complaint.into(),
        });
    }

    fn size(&mut self, text: &str, handover: Handover) {
        let bytes = text.len();
        let complaint = match handover {
            Handover::Inline if bytes > limits::INLINE_BYTES => format!(
                "{bytes} bytes are more than the {} that can be handed over by themselves: put it \
                 into a bucket and name it with TemplateS3Uri (and check it with --from-s3)",
                limits::INLINE_BYTES
            ),
            Handover::Stored if bytes > limits::STORED_BYTES => format!(
                "{bytes} bytes are more than the {} of a pack: split it",
                limits::STORED_BYTES
            ),
            Handover::Inline | Handover::Stored => return,
        };
        let place = self.template.root.place.clone();
        self.object(&place, complaint);
    }
}
