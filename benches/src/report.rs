//! The measurements of one project, and the page that shows them.

use std::fmt::Write as _;
use std::time::Duration;

use crate::baseline::Baseline;
use crate::commands::{Beside, Commands, RootChange};
use crate::keystrokes::Latency;
use crate::process::Usage;
use crate::syntax_speed::SyntaxSpeed;

/// Everything that was measured on a project of one size.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The number of models.
    pub models: usize,
    /// The two baselines of the same run.
    pub baseline: Baseline,
    /// The median cold compile.
    pub cold: Usage,
    /// The median warm compile.
    pub warm: Usage,
    /// Commands in new processes.
    pub commands: Commands,
    /// A change that reaches half of the project.
    pub root: RootChange,
    /// From the start of the server to all findings of the unchanged project.
    pub start_up: Duration,
    /// The editor.
    pub latency: Latency,
    /// The parser alone.
    pub syntax: SyntaxSpeed,
}

const INTRODUCTION: &str = "\
# Performance

Written by `cargo xtask bench`. The projects are generated (`benches/`): 89 % SQL and 11 % DSL, about 500 bytes of SQL
a model, one sidecar each; the same on every machine.

* **F**: reading all files, parsing all SQL with `sqlparser` and all sidecars with `toml`. **W**: walking the tree and
  asking for the metadata of every file. One thread, page cache warm, measured in the same run.
* **cold**: `.rocky/cache` deleted before and written before the process ends; the whole JSON document goes through a
  pipe. **warm**: the same with the cache of the run before.
* **table**, **JSON**: `compile` in a new process, nothing changed, for people and the whole document. **one edit**: the
  document after the body of one model changed. **lineage**: of a column that nobody asked about before. **root**: the
  document after the type of a column changed that half of the models read, beside a cold compile of that project.
  Each in turns with W, whose median of these turns is the denominator.
* **server start**: from the start of `rocky lsp` to the findings of all files of the unchanged project.
* **keystroke**: `rocky lsp` over stdio; from sending an edit of unsaved text to the diagnostics of that version.
* **tree**: all SQL texts of the project to lossless trees; **AST**: the same texts to `sqlparser`'s, in turns with it.
  One thread, texts in memory, DuckDB's dialect.
* **lint ÷ tree**: the linter on trees just made, against the time of making them; with the preset `recommended`, and
  with all rules. **format**: from text to formatted text, its checks included.
";

/// The page as Markdown.
#[must_use]
pub fn markdown(measured: &[Measured], cores: usize) -> String {
    let mut page = INTRODUCTION.to_owned();
    let _ = write!(page, "\nMeasured on a machine with {cores} cores.\n\n");
    page.push_str("| models | F | cold | cold ÷ F | peak memory | W | warm | warm ÷ W | output |\n");
    page.push_str("|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for row in measured {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {:.1} MB |",
            row.models,
            milliseconds(row.baseline.parse_all),
            milliseconds(row.cold.time),
            ratio(row.cold.time, row.baseline.parse_all),
            mebibytes(row.cold.peak_memory_kib),
            milliseconds(row.baseline.walk),
            milliseconds(row.warm.time),
            ratio(row.warm.time, row.baseline.walk),
            row.cold.output_bytes as f64 / 1e6,
        );
    }
    command_tables(&mut page, measured);
    page.push_str(
        "\n| models | open → first diagnostics | keystroke p50 | keystroke p99 | server peak memory |\n",
    );
    page.push_str("|---:|---:|---:|---:|---:|\n");
    for row in measured {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            row.models,
            milliseconds(row.latency.first),
            milliseconds(row.latency.p50),
            milliseconds(row.latency.p99),
            mebibytes(row.latency.peak_memory_kib),
        );
    }
    syntax_tables(&mut page, measured);
    page
}

fn command_tables(page: &mut String, measured: &[Measured]) {
    page.push_str("\n| models | --version | table | JSON | one edit | lineage | validate | server start |\n");
    page.push_str("|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for row in measured {
        let commands = &row.commands;
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            row.models,
            milliseconds(commands.version),
            beside(commands.table),
            beside(commands.json),
            beside(commands.one_edit),
            beside(commands.lineage),
            beside(commands.validate),
            milliseconds(row.start_up),
        );
    }
    page.push_str(
        "\n| models | readers of the root | cold | root changed | ÷ cold |\n|---:|---:|---:|---:|---:|\n",
    );
    for row in measured {
        let root = &row.root;
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            row.models,
            root.readers,
            milliseconds(root.cold.time),
            milliseconds(root.changed.time),
            ratio(root.changed.time, root.cold.time),
        );
    }
}

/// The line of a measurement in the history.
#[must_use]
pub fn history_line(commit: &str, row: &Measured) -> String {
    let commands = &row.commands;
    let to_walk = |measured: Beside| ratio(measured.time, measured.walk);
    format!(
        "| {commit} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        row.models,
        ratio(row.cold.time, row.baseline.parse_all),
        to_walk(commands.table),
        to_walk(commands.json),
        to_walk(commands.one_edit),
        to_walk(commands.lineage),
        to_walk(commands.validate),
        ratio(row.root.changed.time, row.root.cold.time),
        milliseconds(row.start_up),
        mebibytes(row.cold.peak_memory_kib),
    )
}

fn beside(measured: Beside) -> String {
    format!("{} = {} W", milliseconds(measured.time), ratio(measured.time, measured.walk))
}

fn syntax_tables(page: &mut String, measured: &[Measured]) {
    page.push_str(
        "\n| models | SQL | tokens | tree | tree | AST | tree ÷ AST | lint ÷ tree | all rules ÷ tree | format |\n\
         |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in measured {
        let syntax = &row.syntax;
        let _ = writeln!(
            page,
            "| {} | {:.1} MB | {} | {} | {} | {} | {} | {} | {} | {} |",
            row.models,
            syntax.bytes as f64 / 1e6,
            throughput(syntax.bytes, syntax.tokens),
            throughput(syntax.bytes, syntax.tree),
            milliseconds(syntax.tree),
            milliseconds(syntax.other_tree),
            ratio(syntax.tree, syntax.other_tree),
            ratio(syntax.lint_recommended, syntax.tree),
            ratio(syntax.lint_all, syntax.tree),
            throughput(syntax.bytes, syntax.formatted),
        );
    }
    let Some(last) = measured.last() else { return };
    page.push_str("\n| one statement of | tree | |\n|---:|---:|---:|\n");
    for (bytes, time) in &last.syntax.long_statements {
        let _ = writeln!(
            page,
            "| {:.0} MB | {} | {} |",
            *bytes as f64 / 1e6,
            milliseconds(*time),
            throughput(*bytes, *time)
        );
    }
}

fn throughput(bytes: usize, time: Duration) -> String {
    format!("{:.0} MB/s", bytes as f64 / 1e6 / time.as_secs_f64())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn mebibytes(kib: u64) -> String {
    format!("{:.0} MiB", kib as f64 / 1024.0)
}

fn ratio(time: Duration, baseline: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() / baseline.as_secs_f64())
}
