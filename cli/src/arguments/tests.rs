use super::{Arguments, Command, OutputFormat, Request, parse};
use clap::CommandFactory as _;
use std::ffi::OsString;

fn parse_line(line: &str) -> Result<Request, clap::Error> {
    parse(std::iter::once("rocky").chain(line.split_whitespace()).map(OsString::from))
}

fn known(line: &str) -> Arguments {
    match parse_line(line) {
        Ok(Request::Known(arguments)) => *arguments,
        other => panic!("{line}: {other:?}"),
    }
}

fn refused(line: &str) -> String {
    let error = parse_line(line).expect_err(line);
    assert_eq!(error.exit_code(), 2, "{line}");
    error.to_string()
}

#[test]
fn the_definition_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn global_flags_stand_on_both_sides() {
    for line in [
        "--config a.toml --state-path s.redb --output json compile",
        "compile --config a.toml --state-path s.redb --output json",
        "-c a.toml compile -o json --state-path s.redb",
    ] {
        let global = known(line).global;
        assert_eq!(global.config.as_deref(), Some("a.toml".as_ref()), "{line}");
        assert_eq!(global.state_path.as_deref(), Some("s.redb".as_ref()), "{line}");
        assert_eq!(global.output, Some(OutputFormat::Json), "{line}");
    }
    assert!(refused("compile -o yaml").contains("[possible values: json, table]"));
}

/// Argument lines that published clients and editors really send.
#[test]
fn lines_of_real_callers() {
    for line in [
        "--config C --state-path S --output json plan --filter tenant=orbit",
        "--config C --state-path S --output json run --filter tenant=orbit --pipeline P --models D --all",
        "--config C --output json run --model M --models D --partition 2026-05-02",
        "--config C --output json run --filter F --from 2026-05 --to 2026-06 --lookback 2 --parallel 4",
        "--config C --output json run --filter F --resume-latest --governance-override {}",
        "--config C --output json run --filter F --shadow --shadow-suffix _x",
        "--config C --output json compile --models D --contracts D --model M",
        "--config C --output json lineage --models D TARGET --column C",
        "--config C --output json test --models D --contracts D --model M",
        "run --filter name=M --output json",
        "test --declarative --model M --output json",
        "--config C lineage M --format dot",
        "validate",
        "lsp --stdio",
    ] {
        known(line);
    }
}

#[test]
fn lines_of_real_callers_for_commands_that_come_later() {
    for line in [
        "--config C --state-path S --output json discover --pipeline P",
        "import-dbt --dbt-project P --output DIR --output json --no-manifest",
        "history --output json --model M",
        "compact c.s.t --dry-run --output json",
        "hooks test on_pipeline_start",
        "hooks list",
        "metrics M --trend --alerts --output json",
        "serve --port 8080 --watch",
        "doctor",
    ] {
        assert!(matches!(parse_line(line), Ok(Request::Unavailable(_))), "{line}");
    }
}

#[test]
fn conflicting_flags_are_wrong_use() {
    for line in [
        "run --partition 2026 --latest",
        "run --from 2026-01",
        "run --latest --missing",
        "run --resume a --resume-latest",
        "run --shadow-suffix a --shadow-schema b",
        "run --filter a=b --filter c=d",
        "plan --to 2026-01",
        "compile --nope",
        "frobnicate",
        "",
    ] {
        refused(line);
    }
    assert!(refused("complie").contains("'compile'"));
}

#[test]
fn help_and_version_are_no_errors() {
    let version = parse_line("--version").expect_err("answered by clap");
    assert_eq!((version.exit_code(), version.to_string().as_str()), (0, "rocky 2.0.0\n"));
    for line in ["--help", "-h", "help run", "run --help", "discover --help", "-V"] {
        assert_eq!(parse_line(line).expect_err(line).exit_code(), 0, "{line}");
    }
    assert!(parse_line("run --help").expect_err("help").to_string().contains("Split at the first '='"));
}

#[test]
fn every_command_has_options_of_its_own() {
    assert!(matches!(known("playground").command, Command::Playground(options) if !options.run));
    assert!(matches!(known("init x --template snowflake").command,
        Command::Init(options) if options.template == "snowflake" && options.path.as_os_str() == "x"));
}
