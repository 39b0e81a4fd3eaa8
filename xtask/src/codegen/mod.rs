//! `cargo xtask codegen`: turns `syntax/grammar/*.ungram` into the kinds enum, the keyword
//! tables and the typed trees under `syntax/src/generated/`.

mod ast;
mod grammar;
mod kinds;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use grammar::Language;

/// Writes the generated files of `rocky-syntax`; with `check`, only says whether they are fresh.
pub(crate) fn run(check: bool) -> Result<()> {
    let root = workspace_root();
    let sql = Language::read(&root.join("syntax/grammar/sql.ungram"))?;
    let dsl = Language::read(&root.join("syntax/grammar/rocky.ungram"))?;
    let outputs = [
        ("kinds.rs", kinds::render(&sql, &dsl)?),
        ("sql_ast.rs", ast::render(&sql, "sql.ungram")),
        ("dsl_ast.rs", ast::render(&dsl, "rocky.ungram")),
    ];
    let folder = root.join("syntax/src/generated");
    let mut stale = Vec::new();
    for (name, text) in outputs {
        let path = folder.join(name);
        let text = rustfmt(&root, &text).with_context(|| format!("formatting {name}"))?;
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        if current == text {
            continue;
        }
        if check {
            stale.push(name);
        } else {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    if !stale.is_empty() {
        bail!(
            "stale generated files in syntax/src/generated: {}; run `cargo xtask codegen`",
            stale.join(", ")
        );
    }
    Ok(())
}

fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

fn rustfmt(root: &Path, text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .arg("--edition")
        .arg("2024")
        .arg("--config-path")
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting rustfmt (is the rustfmt component installed?)")?;
    let mut stdin = child.stdin.take().context("rustfmt has no standard input")?;
    let input = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("writing to rustfmt failed"))??;
    if !output.status.success() {
        bail!("rustfmt rejected the generated text");
    }
    Ok(String::from_utf8(output.stdout)?)
}
