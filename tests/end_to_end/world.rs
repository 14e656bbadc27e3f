//! The world: the simulators, and boto3 before them.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use testbed::{
    Estate, Key, Manager, SECRET,
    config::{Config, Options},
    edges::Edges,
    moto::{self, Moto},
    python,
};

/// The key of an operator of the Manager.
pub(crate) const OPERATOR: &str = "3:operator-canary";

/// How long agents take to hear of something, and for a scan: in ms, and short, because the functions
/// go by the machine's clock and think nothing of a Manager that is minutes ahead.
pub(crate) const HEARTBEAT: i64 = 15_000;

/// Where the repository is.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Now, in ms since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) manager: Manager,
    pub(crate) edges: Edges,
    python: PathBuf,
    moto: Moto,
    differences: RefCell<Vec<String>>,
}

/// A program of Python that does one thing in AWS.
pub(crate) struct Step {
    program: Child,
    said: BufReader<ChildStdout>,
    name: String,
}

impl World {
    /// Nothing in AWS, and a Manager without computers that knows a reader and an operator.
    pub(crate) fn new() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let moto = Moto::start(temporary).unwrap();
        let edges = Edges::before(moto.url()).unwrap();
        let options = Options {
            account: moto::ACCOUNT.to_owned(),
            ..Options::default()
        };
        let config = Config::with_options(now(), options).unwrap();
        let estate = Estate::seeded_at(1, 0, now());
        let manager = Manager::start(estate, testbed::Options::default()).unwrap();
        manager.options(|options| {
            options.keys.push(Key::operator(OPERATOR));
            options.heartbeat = HEARTBEAT;
            options.scan_time = HEARTBEAT;
        });
        let requirements = root().join("testbed/python/moto.txt");
        let python = python::environment(temporary, &[&requirements]).unwrap();
        Self {
            config,
            manager,
            edges,
            python,
            moto,
            differences: RefCell::default(),
        }
    }

    /// What the keys of the Manager are, by the role of whoever has them.
    pub(crate) fn keys() -> Value {
        json!({"reader": SECRET, "operator": OPERATOR})
    }

    /// Compares a table with the one that expected.md has under a heading, whatever the blanks in them
    /// and the order of their lines. What differs is told in the end, with all the rest.
    pub(crate) fn compare(&self, heading: &str, table: &str) {
        let lines = |table: &str| -> Vec<String> {
            let lines = table.lines().map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                words.join(" ")
            });
            let mut lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
            lines.sort();
            lines
        };
        let file = root().join("tests/end_to_end/expected.md");
        let text = std::fs::read_to_string(file).unwrap();
        let (_, section) = text.split_once(&format!("## {heading}\n")).unwrap();
        let expected = section.split("```").nth(1).unwrap();
        let (table, expected) = (lines(table), lines(expected));
        let mut differences = self.differences.borrow_mut();
        let mut differ = |sign, lines: &[String], other: &[String]| {
            for line in lines.iter().filter(|line| !other.contains(line)) {
                differences.push(format!("{heading}: {sign} {line}"));
            }
        };
        differ("+", &table, &expected);
        differ("-", &expected, &table);
    }

    /// All was as expected.
    #[track_caller]
    pub(crate) fn agrees(&self) {
        let differences = self.differences.borrow();
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }

    /// Lets AWS Config know whose credentials these are.
    pub(crate) fn belongs(&self, credentials: &Value, account: &str) {
        let key = credentials["aws_access_key_id"]
            .as_str()
            .unwrap()
            .to_owned();
        self.config
            .options(|options| options.accounts.insert(key, account.to_owned()));
    }

    /// Lets AWS Config's time be that of the machine again.
    pub(crate) fn catch_up(&self) {
        self.config.advance((now() - self.config.now()).max(0));
    }

    /// Does one thing in AWS, in the account of the deployment, and gives what came of it.
    #[track_caller]
    pub(crate) fn step(&self, name: &str, arguments: Value) -> Value {
        self.begin(name, arguments, None).end()
    }

    /// The same with credentials of somebody.
    #[track_caller]
    pub(crate) fn step_as(&self, credentials: &Value, name: &str, arguments: Value) -> Value {
        self.begin(name, arguments, Some(credentials)).end()
    }

    /// Begins to do one thing in AWS.
    pub(crate) fn begin(&self, name: &str, arguments: Value, credentials: Option<&Value>) -> Step {
        let wanted = json!({
            "endpoints": {
                "all": self.edges.url(),
                "config": self.config.url(),
                "moto": self.moto.url(),
            },
            "credentials": credentials,
            "step": name,
            "arguments": arguments,
        });
        let mut program = Command::new(&self.python)
            .arg(root().join("tests/end_to_end/drive.py"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(program.stdout.take().unwrap());
        let mut step = Step {
            program,
            said,
            name: name.to_owned(),
        };
        step.tell(&wanted);
        step
    }
}

impl Step {
    /// Tells the program something.
    pub(crate) fn tell(&mut self, what: &Value) {
        let input = self.program.stdin.as_mut().unwrap();
        input.write_all(format!("{what}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// What the program says next.
    #[track_caller]
    pub(crate) fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut complaint = String::new();
            let stderr = self.program.stderr.as_mut().unwrap();
            std::io::Read::read_to_string(stderr, &mut complaint).unwrap();
            panic!("{}: {line}{complaint}", self.name)
        })
    }

    /// What the program says last.
    #[track_caller]
    pub(crate) fn end(mut self) -> Value {
        let last = self.hear();
        assert!(self.program.wait().unwrap().success(), "{}", self.name);
        last
    }
}

/// As many seconds.
pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
