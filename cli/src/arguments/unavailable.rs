//! Commands that are recognised but not available yet.

use clap::{Arg, ArgAction, Command};

/// Commands of the specification that this version does not have, sorted.
const UNAVAILABLE: [&str; 33] = [
    "ai",
    "ai-explain",
    "ai-sync",
    "ai-test",
    "apply",
    "archive",
    "bench",
    "compact",
    "compare",
    "dag",
    "discover",
    "docs",
    "doctor",
    "drift",
    "estimate",
    "export-schemas",
    "history",
    "hooks",
    "import-dbt",
    "init-adapter",
    "list",
    "load",
    "metrics",
    "optimize",
    "profile-storage",
    "seed",
    "serve",
    "shell",
    "snapshot",
    "state",
    "test-adapter",
    "validate-migration",
    "watch",
];

/// Whether the command is recognised but not available.
pub(super) fn is_unavailable(name: &str) -> bool {
    UNAVAILABLE.contains(&name)
}

/// Adds the names to the command line: hidden in the list of commands, named below it, with any arguments.
pub(super) fn add_to(mut root: Command) -> Command {
    for name in UNAVAILABLE {
        let rest = Arg::new("arguments")
            .action(ArgAction::Append)
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true)
            .hide(true);
        root = root.subcommand(Command::new(name).about("Not available yet").hide(true).arg(rest));
    }
    root.after_help(format!("Not available yet: {}", UNAVAILABLE.join(", ")))
}
