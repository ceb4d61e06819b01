//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    foedera::cli::main()
}
