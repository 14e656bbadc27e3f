//! The pack in a stack of CloudFormation: parts of the templates that hold it, in YAML, each indented
//! by so many spaces. The stack has every parameter of the pack but the function, which it makes.

use super::{
    parameters::{FUNCTION, PackParameter},
    render::Variant,
};

impl Variant {
    /// The names of the parameters, as a list.
    #[must_use]
    pub fn stack_parameter_names(&self, indent: usize) -> String {
        let names = self.stack_parameters();
        let names = names.map(|parameter| format!("- {}", parameter.name));
        indented(names, indent)
    }

    /// The parameters, as members of `Parameters`.
    #[must_use]
    pub fn stack_parameter_section(&self, indent: usize) -> String {
        let lines = self.stack_parameters().flat_map(|parameter| {
            let mut lines = vec![
                format!("{}:", parameter.name),
                "  Type: String".to_owned(),
                format!("  Description: {}", quoted(&parameter.description)),
            ];
            let default = parameter.default;
            lines.extend(default.map(|default| format!("  Default: {}", quoted(&default))));
            lines
        });
        indented(lines, indent)
    }

    /// The values of the parameters, as a list. `name` and `value` are what an item calls the two.
    #[must_use]
    pub fn stack_parameter_values(&self, name: &str, value: &str, indent: usize) -> String {
        let lines = self.stack_parameters().flat_map(|parameter| {
            [
                format!("- {name}: {}", parameter.name),
                format!("  {value}: !Ref {}", parameter.name),
            ]
        });
        indented(lines, indent)
    }

    /// The template of the pack, as the lines of a text.
    ///
    /// # Errors
    /// As [`Variant::render`].
    pub fn stack_body(&self, indent: usize) -> Result<String, String> {
        let text = self.render()?;
        Ok(indented(text.lines().map(str::to_owned), indent))
    }

    fn stack_parameters(&self) -> impl Iterator<Item = PackParameter> {
        let parameters = self.parameters().into_iter();
        parameters.filter(|parameter| parameter.name != FUNCTION)
    }
}

/// A text in double quotes: JSON is YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn indented(lines: impl Iterator<Item = String>, indent: usize) -> String {
    let margin = " ".repeat(indent);
    lines
        .map(|line| match line.as_str() {
            "" => "\n".to_owned(),
            line => format!("{margin}{line}\n"),
        })
        .collect()
}
