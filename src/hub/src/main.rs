//! The `samband` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    samband_hub::cli::main()
}
