//! The `baoku` command.

// Many threads take memory and give it back while an archive is built.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    baoku::cli::main()
}
