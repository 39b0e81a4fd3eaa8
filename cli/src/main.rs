//! The `rocky` executable. Everything is in the library, so that tests can reach it.

/// A compiler allocates many small values on several threads and frees most of them at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rocky_cli::main()
}
