//! The program.

use std::process::ExitCode;

/// Records are made in one thread and freed in another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    foedera::cli::main()
}
