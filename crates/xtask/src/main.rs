//! The project's chores, run as `cargo xtask <chore>`.
//!
//! Each chore is what a person would type by hand, in the right order, with the
//! set-up it needs. Continuous integration runs nothing else.

mod bench;
mod check;
mod demo;
mod drills;
mod e2e;
mod generate;
mod machine;
mod npm;
mod paths;
mod postgres;
mod process;
mod rust;
mod summary;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <chore>

  demo [options of `guestpass demo`]   build everything and start a ready workspace on loopback
  test [PART]...                       install what tests need, run all of them, or the named parts
                                       (web, rust, postgres, power-cut, e2e)
  check                                formatting, lints, docs, licences, advisories, generated files
  generate                             write the API description, its TypeScript, the config reference
  e2e [options of Playwright]          only the browser tests
  bench [options; see --help]          measure the release server against bare references
  failover [--kills N]                 kill the primary of a replicated PostgreSQL under load
  power-cut [--cuts N]                 cut the power of a server on SQLite under load
  screenshots                          pictures of every page and state, into e2e/screenshots
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    // `cargo xtask e2e -- walk` means the same as without the dashes.
    let rest: Vec<String> = args.filter(|arg| arg != "--").collect();
    let done = match chore.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "check" => check::run(),
        "generate" => generate::run(),
        "e2e" => e2e::run(&rest),
        "bench" => bench::run(&rest),
        "failover" => drills::failover(&rest),
        "power-cut" => drills::power_cut(&rest),
        "screenshots" => e2e::screenshots(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
