//! Compiles the binaries of the functions and makes what AWS Lambda is given, in
//! `target/artefact`: `cargo artefact`.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use artefact::{Binary, Lock, Shelf, Tree, bill, compiled, compiler, zipped};
use clap::Parser;

/// Compile the binaries of the functions, and make a zip for AWS Lambda of each, with its software
/// bill of materials and a list of SHA-256 sums.
#[derive(Debug, Parser)]
#[command(name = "cargo artefact", version)]
struct Arguments {
    /// Compile for another target than this machine: aarch64-unknown-linux-gnu.
    #[arg(long)]
    target: Option<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = arguments.target.as_deref();
    let binaries = compiled(&workspace, target)?;
    let tree = Tree::read(&workspace, target)?;
    let lock = Lock::read(&workspace)?;
    let compiler = compiler(&workspace)?;
    // Beside the folder of the profile.
    let beside = binaries.first().and_then(|path| path.ancestors().nth(2));
    let mut shelf = Shelf::empty(&beside.unwrap_or(&workspace).join("artefact"))?;
    for path in &binaries {
        let binary = Binary::read(path)?;
        let zip = zipped(&binary.bytes)?;
        let bill = serde_json::to_vec_pretty(&bill(&binary, &tree, &lock, &compiler))?;
        say(&shelf.put(&format!("{}.zip", binary.name), &zip)?)?;
        say(&shelf.put(&format!("{}.cdx.json", binary.name), &bill)?)?;
    }
    say(&shelf.close()?)
}

fn say(path: &Path) -> Result<(), Box<dyn Error>> {
    writeln!(std::io::stdout(), "{}", path.display())?;
    Ok(())
}
