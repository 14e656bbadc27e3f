//! Starts a Deep Security Manager on loopback, or writes a fleet as files.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use testbed::{Certificate, Estate, Key, Manager, Options, SECRET, clock, ec2, estate, files};

#[derive(Debug, Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a Manager on 127.0.0.1 and print how to reach it.
    Manager {
        /// How many computers it knows.
        #[arg(long, default_value_t = 200)]
        computers: u64,
        /// Port on 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = 4119)]
        port: u16,
        /// What the estate is made from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The secret key that it accepts. It opens nothing but this simulator.
        #[arg(long, default_value = SECRET)]
        key: String,
        /// Serve HTTPS with a certificate that signs itself.
        #[arg(long)]
        tls: bool,
        /// Write manager.key, instances.json and, with --tls, ca.pem into this directory.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Write a fleet as files: pages of computers, policies, and instances as the AWS CLI prints.
    Files {
        /// How many computers.
        #[arg(long, default_value_t = 200)]
        computers: u64,
        /// What the fleet is made from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The directory.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().command {
        Command::Manager {
            computers,
            port,
            seed,
            key,
            tls,
            out,
        } => {
            let estate = Estate::seeded_at(seed, computers, clock::real_now());
            let options = Options {
                port,
                keys: vec![Key::administrator(&key)],
                certificate: tls.then_some(Certificate::SelfSigned),
                follows_real_time: true,
                ..Options::default()
            };
            let manager = Manager::start(estate, options)?;
            if let Some(directory) = &out {
                write_client_files(directory, &manager, &key)?;
            }
            say_how_to_reach(&manager, &key, out.as_deref());
            manager.serve_for_ever();
        }
        Command::Files {
            computers,
            seed,
            out,
        } => {
            files::write_fleet(&out, seed, computers, estate::AS_OF)?;
        }
    }
    Ok(())
}

fn write_client_files(
    directory: &Path,
    manager: &Manager,
    key: &str,
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(directory)?;
    std::fs::write(directory.join("manager.key"), key)?;
    if let Some(pem) = manager.ca_pem() {
        std::fs::write(directory.join("ca.pem"), pem)?;
    }
    let file = BufWriter::new(File::create(directory.join("instances.json"))?);
    manager.estate(|estate| ec2::write_instances(estate, file))?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn say_how_to_reach(manager: &Manager, key: &str, out: Option<&Path>) {
    let url = manager.url();
    let computers = manager.estate(|estate| estate.computers.len());
    println!("Deep Security Manager (simulated) with {computers} computers at {url}");
    println!("Key: {key}");
    println!();
    let ca = match out {
        Some(directory) if manager.ca_pem().is_some() => {
            format!(" --cacert {}", directory.join("ca.pem").display())
        }
        _ => String::new(),
    };
    println!("Ask it:");
    println!("  curl{ca} -H 'api-version: v1' -H 'api-secret-key: {key}' \\");
    println!("    '{url}/computers/1?expand=computerStatus'");
    println!();
    let Some(directory) = out else {
        println!(
            "Start it with --out DIR to have the key and the matching EC2 instances as files."
        );
        return;
    };
    println!("Grade its fleet:");
    println!("  cargo run -- evaluate --manager {url} \\");
    println!(
        "    --key-file {} \\",
        directory.join("manager.key").display()
    );
    println!(
        "    --instances {}",
        directory.join("instances.json").display()
    );
}
