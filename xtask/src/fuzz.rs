//! `cargo xtask fuzz`: libFuzzer on the laws of `test-data/fuzz`, with a corpus that is kept.
//!
//! The corpus is one file of JSON texts per target. It is unpacked into the cache folder, grown by the fuzzer,
//! made small again and written back.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

use crate::tools::cargo_fuzz;
use crate::workspace::{cache_dir, capture, root, run, shown};

/// The fuzz targets.
const TARGETS: &[&str] = &["sql", "rocky"];
/// A longer input is not kept: it slows the tests down and says little more.
const KEPT_BYTES: usize = 400;
/// The shortest of them are kept.
const KEPT_INPUTS: usize = 3_000;

/// Fuzzes `targets` (all, if none is named), each for `minutes` of one processor's time.
pub(crate) fn run_targets(targets: &[String], minutes: u64) -> Result<()> {
    for target in targets {
        ensure!(TARGETS.contains(&target.as_str()), "no target {target}; there are: {}", TARGETS.join(", "));
    }
    let chosen: Vec<&str> = match targets {
        [] => TARGETS.to_vec(),
        _ => targets.iter().map(String::as_str).collect(),
    };
    let cargo_fuzz = cargo_fuzz()?;
    for target in chosen {
        fuzz(&cargo_fuzz, target, minutes)?;
    }
    Ok(())
}

fn fuzz(cargo_fuzz: &Path, target: &str, minutes: u64) -> Result<()> {
    let folder = cache_dir()?.join("fuzz").join(target);
    let (corpus, small) = (folder.join("corpus"), folder.join("small"));
    fs::create_dir_all(&corpus)?;
    let known = unpack(target, &corpus)?;
    let seeds = seed(target, &corpus)?;
    println!("Fuzzing {target}: {known} kept inputs, {seeds} seeds, {minutes} minutes ...");

    let program = build(cargo_fuzz, target, &folder)?;
    let mut fuzzer = Command::new(&program);
    fuzzer.arg(&corpus);
    fuzzer.args([&format!("-max_total_time={}", minutes * 60), "-timeout=20", "-max_len=4096"]);
    fuzzer.args(["-rss_limit_mb=4096", "-print_final_stats=1"]);
    fuzzer.arg(format!("-artifact_prefix={}/", folder.display()));
    fuzzer.arg(format!("-dict={}", dictionary(target, &folder)?.display()));
    let log = folder.join("log.txt");
    let status = fuzzer
        .stderr(fs::File::create(&log)?)
        .status()
        .with_context(|| format!("starting {}", shown(&fuzzer)))?;
    let said = fs::read_to_string(&log)?;
    if !status.success() {
        let tail: Vec<&str> = said.lines().rev().take(40).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        bail!("{target}: a law is broken; the input lies in {}\n{}", folder.display(), tail.join("\n"));
    }
    let executions = final_statistic(&said, "number_of_executed_units")?;

    // Only inputs that reach code which no smaller one reaches.
    if small.exists() {
        fs::remove_dir_all(&small)?;
    }
    fs::create_dir_all(&small)?;
    let mut merge = Command::new(&program);
    merge.arg(&small).arg(&corpus).args(["-merge=1", "-timeout=20"]);
    run(merge.stderr(Stdio::null()))?;
    let kept = pack(target, &small)?;
    println!("{target}: {executions} executions in {minutes} minutes, no law broken; {kept} inputs kept");
    Ok(())
}

/// Builds a target, and gives a copy of the program that later builds do not touch. The toolchain is the pinned
/// stable one: coverage instrumentation only asks for the flag. There is no unsafe code to watch, so no sanitizer.
fn build(cargo_fuzz: &Path, target: &str, folder: &Path) -> Result<PathBuf> {
    let output = cache_dir()?.join("fuzz-target");
    let mut command = Command::new(cargo_fuzz);
    command.current_dir(root()).env("RUSTC_BOOTSTRAP", "1");
    command.args(["fuzz", "build", "--fuzz-dir", "test-data/fuzz/targets", "--sanitizer", "none"]);
    command.arg("--target-dir").arg(&output).arg(target);
    run(&mut command)?;
    let version = capture(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let program = folder.join("program");
    fs::copy(output.join(host).join("release").join(target), &program)
        .with_context(|| format!("copying the fuzz target {target}"))?;
    Ok(program)
}

fn final_statistic(log: &str, name: &str) -> Result<u64> {
    let line = log
        .lines()
        .find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':'))
        .with_context(|| format!("the fuzzer did not say {name}"))?;
    Ok(line.trim().parse()?)
}

fn kept_file(target: &str) -> PathBuf {
    root().join("test-data/fuzz/corpus").join(format!("{target}.jsonl"))
}

fn write_input(corpus: &Path, input: &str) -> Result<()> {
    let digest = Sha256::digest(input.as_bytes());
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    fs::write(corpus.join(name), input)?;
    Ok(())
}

fn unpack(target: &str, corpus: &Path) -> Result<usize> {
    let path = kept_file(target);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    for line in text.lines() {
        let input: String = serde_json::from_str(line).with_context(|| path.display().to_string())?;
        write_input(corpus, &input)?;
    }
    Ok(text.lines().count())
}

/// The statements of the syntax tests, each with the letter of every dialect.
fn seed(target: &str, corpus: &Path) -> Result<usize> {
    let mut texts: BTreeSet<String> = BTreeSet::new();
    match target {
        "rocky" => {
            for file in ["dsl-lowering.toml", "dsl-wrong-sql.toml"] {
                let path = root().join("test-data/spec").join(file);
                let table: toml::Table = fs::read_to_string(&path)?.parse()?;
                let cases = table.get("case").and_then(toml::Value::as_array).context("no cases")?;
                texts.extend(cases.iter().filter_map(|case| Some(case.get("dsl")?.as_str()?.to_owned())));
            }
        }
        _ => {
            for entry in fs::read_dir(root().join("syntax/tests/sql/accepted"))? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "sql") {
                    texts.extend(fs::read_to_string(&path)?.split("\n\n").map(str::to_owned));
                }
            }
        }
    }
    let letters: &[char] = if target == "rocky" { &['a'] } else { &['a', 'b', 'c', 'd', 'e', 'f', 'g'] };
    for text in &texts {
        for letter in letters {
            write_input(corpus, &format!("{letter}{text}"))?;
        }
    }
    Ok(texts.len() * letters.len())
}

/// The words of the language, in libFuzzer's notation.
fn dictionary(target: &str, folder: &Path) -> Result<PathBuf> {
    let grammar = root().join("syntax/grammar").join(format!("{target}.ungram"));
    let text = fs::read_to_string(&grammar).with_context(|| grammar.display().to_string())?;
    let words: BTreeSet<&str> = text
        .split('\'')
        .skip(1)
        .step_by(2)
        .filter(|word| !word.is_empty() && word.is_ascii() && !word.contains(['\\', '"', '\n']))
        .collect();
    let path = folder.join("words.dict");
    let lines: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    fs::write(&path, lines.join("\n") + "\n")?;
    Ok(path)
}

/// Writes the corpus back: texts only, sorted, so that the file only changes where the corpus does.
fn pack(target: &str, small: &Path) -> Result<usize> {
    let mut inputs: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(small)? {
        if let Ok(text) = String::from_utf8(fs::read(entry?.path())?)
            && text.len() <= KEPT_BYTES
        {
            inputs.insert(text);
        }
    }
    let mut inputs: Vec<String> = inputs.into_iter().collect();
    inputs.sort_by_key(String::len);
    inputs.truncate(KEPT_INPUTS);
    inputs.sort();
    let mut lines = String::new();
    for input in &inputs {
        lines.push_str(&serde_json::to_string(input)?);
        lines.push('\n');
    }
    fs::create_dir_all(kept_file(target).parent().context("the corpus has a folder")?)?;
    fs::write(kept_file(target), lines)?;
    Ok(inputs.len())
}
