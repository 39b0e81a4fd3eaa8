//! The `rocky` executable. Everything is in the library, so that tests can reach it.

fn main() -> std::process::ExitCode {
    rocky_cli::main()
}
