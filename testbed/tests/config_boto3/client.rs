//! A boto3 client for AWS Config that judges each answer by botocore's model of the service.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use testbed::config::Config;
use testbed::python;

/// The client's process. It ends with the test, however that ends.
pub(crate) struct Boto3 {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Boto3 {
    pub(crate) fn new(config: &Config) -> Self {
        let files = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join("python");
        let requirements = files.join("boto3.txt");
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let python = python::environment(parent, &[&requirements])
            .unwrap_or_else(|error| panic!("no Python environment: {error}"));
        let mut child = Command::new(python)
            .arg(files.join("config_client.py"))
            .arg(config.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// Sends a line as `config_client.py` describes it.
    fn send(&mut self, line: &Value) -> Value {
        writeln!(self.stdin, "{line}").unwrap();
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap_or_else(|error| {
            panic!("{error} for {line}: {answer}");
        });
        assert!(answer.get("objection").is_none(), "{line}: {answer}");
        answer
    }

    /// The answer of a call that must succeed; times are in ms.
    pub(crate) fn answer(&mut self, operation: &str, parameters: Value) -> Value {
        self.answer_with(json!({"operation": operation, "parameters": parameters}))
    }

    pub(crate) fn answer_with(&mut self, line: Value) -> Value {
        let mut answer = self.send(&line);
        assert!(answer.get("answer").is_some(), "{line}: {answer}");
        answer["answer"].take()
    }

    /// All pages of a call that must succeed, by botocore's paginator.
    pub(crate) fn pages(&mut self, operation: &str, parameters: Value) -> Value {
        let line = json!({"operation": operation, "parameters": parameters, "pages": true});
        self.answer_with(line)
    }

    /// The class that a call raises which must fail. Parameters go out as they are.
    pub(crate) fn error(&mut self, operation: &str, parameters: Value) -> String {
        let line = json!({"operation": operation, "parameters": parameters, "unchecked": true});
        let error = self.error_with(line);
        error["class"].as_str().unwrap().to_owned()
    }

    pub(crate) fn error_with(&mut self, line: Value) -> Value {
        let mut answer = self.send(&line);
        assert!(answer.get("error").is_some(), "{line}: {answer}");
        answer["error"].take()
    }
}

impl Drop for Boto3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
