//! The `baoku` command.

fn main() -> std::process::ExitCode {
    baoku::cli::main()
}
