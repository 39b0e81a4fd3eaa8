//! Asks the example program `judge` of the syntax package.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::workspace::{cargo, run, target_dir};

/// What our parser and the second opinion say about a statement.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Syntax errors: where they start and what they say.
    pub(super) errors: Vec<(usize, String)>,
    /// Findings about statements: their codes and where they start.
    pub(super) findings: Vec<(String, usize)>,
    /// Dialects in which parsing failed or lost text.
    pub(super) broken: Vec<String>,
    /// Whether sqlparser reads it as one query.
    pub(super) peer_query: bool,
}

/// One verdict for each pair of a dialect and a text.
pub(super) fn judge(statements: &[(&str, &str)]) -> Result<Vec<Verdict>> {
    run(cargo().args(["build", "--quiet", "-p", "rocky-syntax", "--example", "judge"]))?;
    let mut program = target_dir()?.join("debug/examples/judge");
    program.set_extension(std::env::consts::EXE_EXTENSION);
    let mut child = Command::new(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let mut input = String::new();
    for (dialect, text) in statements {
        input.extend([dialect, "\0", text, "\0"]);
    }
    child.stdin.take().context("the judge has no standard input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the judge ended with {}", output.status);
    let verdicts = parse(&String::from_utf8_lossy(&output.stdout))?;
    ensure!(verdicts.len() == statements.len(), "the judge answered {} statements", verdicts.len());
    Ok(verdicts)
}

fn parse(output: &str) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    let mut current = Verdict::default();
    for line in output.lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["."] => verdicts.push(std::mem::take(&mut current)),
            ["error", start, _, message] => current.errors.push((start.parse()?, (*message).to_owned())),
            ["finding", code, start, _] => current.findings.push(((*code).to_owned(), start.parse()?)),
            ["broken", dialect] => current.broken.push((*dialect).to_owned()),
            ["peer", opinion] => current.peer_query = *opinion == "query",
            _ => bail!("the judge said `{line}`"),
        }
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn verdicts() {
        let output = "error\t3\t5\texpected a name\nfinding\tS003\t0\t2\npeer\trefuses\n.\nbroken\tansi\npeer\tquery\n.\n";
        let verdicts = parse(output).unwrap();
        assert_eq!(verdicts.len(), 2);
        assert_eq!(verdicts[0].errors, [(3, "expected a name".to_owned())]);
        assert_eq!(verdicts[0].findings, [("S003".to_owned(), 0)]);
        assert!(!verdicts[0].peer_query && verdicts[1].peer_query);
        assert_eq!(verdicts[1].broken, ["ansi"]);
        assert!(parse("what\n").is_err());
    }
}
