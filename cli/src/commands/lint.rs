//! `rocky lint`: style and likely mistakes. A command of our own, beside those of the specification.

use super::fmt::files;
use crate::arguments::LintOptions;
use crate::document::lint_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{Excerpts, OpenedProject, ProjectOptions};
use crate::output::LintFixedFile;
use crate::render::lint_text::{self, LintTotals};
use crate::render::style::Style;
use crate::session::Session;
use rocky_compiler::base_db::{Diagnostic, FilePath, Severity, closest};
use rocky_compiler::check::fixed_text;
use rocky_compiler::lint::{Level, RULES, RuleId};
use rocky_format::unified_diff;

pub(super) fn execute(session: &Session<'_>, options: &LintOptions) -> Result<Exit, Failure> {
    if options.unsafe_fixes && !options.fix && !options.diff {
        return Err(Failure::usage("--unsafe-fixes says which fixes to apply, and nothing applies any")
            .with_help("add --fix, or --diff to see what would change"));
    }
    let codes = codes(&options.rules)?;
    let mut project = OpenedProject::open(session, ProjectOptions::default())?;
    let files = selected(&project, options)?;
    require_on(&project, &files, codes.as_deref())?;
    let mut fixed = Vec::new();
    if options.fix || options.diff {
        fixed = fix(session, &project, options, &files, codes.as_deref())?;
        if options.fix && !fixed.is_empty() {
            project = OpenedProject::open(session, ProjectOptions::default())?;
        }
    }
    let findings = findings(&project, &files, codes.as_deref());
    project.keep_for_later();
    let totals = totals(&files, &findings);
    let has_errors = totals.errors > 0;
    if session.json() {
        session.terminal.document(&lint_document(&project, &findings, totals, fixed));
    } else if !options.diff {
        let style = Style::new(session.terminal.stdout_colour());
        let shown = project.render(&findings, style, Excerpts::Yes);
        session.terminal.out(&lint_text::render(&shown, &fixed, totals));
    }
    if files.is_empty() {
        project.location.require_config()?;
    }
    Ok(if has_errors { Exit::Failure } else { Exit::Success })
}

/// The codes of the rules that were named; `None` when all are meant.
fn codes(rules: &[String]) -> Result<Option<Vec<&'static str>>, Failure> {
    if rules.is_empty() {
        return Ok(None);
    }
    let mut codes = Vec::new();
    for name in rules {
        let Some(rule) = RuleId::named(name).or_else(|| RuleId::of_code(name)) else {
            let failure = Failure::usage(format!("'{name}' is not a lint rule"));
            return Err(match closest(name, RULES.iter().map(|rule| rule.name)) {
                Some(near) => failure.with_help(format!("did you mean '{near}'?")),
                None => failure.with_help("docs/lint-rules.md lists them; 'rocky explain CODE' explains one"),
            });
        };
        codes.push(rule.rule().code);
    }
    Ok(Some(codes))
}

/// A rule that was named and is off would find nothing, and look like a clean project.
fn require_on(project: &OpenedProject, files: &[FilePath], codes: Option<&[&str]>) -> Result<(), Failure> {
    let lint = &project.config().lint;
    for rule in codes.unwrap_or_default().iter().filter_map(|code| RuleId::of_code(code)) {
        let is_on = files.iter().any(|file| lint.settings(file).level(rule) != Level::Off);
        if !is_on && !files.is_empty() {
            let name = rule.rule().name;
            return Err(Failure::new(format!("the rule '{name}' is off for these models"))
                .with_help(format!("turn it on in rocky.toml: [lint.rules] and `{name} = \"warning\"`")));
        }
    }
    Ok(())
}

/// The model files that are meant, sorted.
fn selected(project: &OpenedProject, options: &LintOptions) -> Result<Vec<FilePath>, Failure> {
    let all = project.snapshot().model_paths();
    if options.paths.is_empty() {
        return Ok(all);
    }
    let mut chosen: Vec<FilePath> = Vec::new();
    for given in &options.paths {
        let path = FilePath::new(&project.location.project_path(given)?);
        let is_meant = |model: &&FilePath| {
            path.as_str().is_empty() || path.as_str() == "." || **model == path || model.is_within(&path)
        };
        let before = chosen.len();
        chosen.extend(all.iter().filter(is_meant).cloned());
        if chosen.len() == before {
            return Err(Failure::new(format!("there is no model at '{}'", given.display()))
                .with_help("name a .sql or .rocky file of the project's models, or a folder of them"));
        }
    }
    chosen.sort();
    chosen.dedup();
    Ok(chosen)
}

/// Findings of rules, and errors of texts that keep rules from looking.
fn findings(project: &OpenedProject, files: &[FilePath], codes: Option<&[&str]>) -> Vec<Diagnostic> {
    let is_meant = |finding: &Diagnostic| {
        let code = finding.code.as_str();
        match RuleId::of_code(code) {
            Some(_) => codes.is_none_or(|codes| codes.contains(&code)),
            None => code.starts_with('S') && finding.severity == Severity::Error,
        }
    };
    let of_files = project.snapshot().all_diagnostics().into_iter();
    of_files
        .filter(|(path, _)| files.binary_search(path).is_ok())
        .flat_map(|(_, findings)| findings)
        .filter(is_meant)
        .collect()
}

fn fix(
    session: &Session<'_>,
    project: &OpenedProject,
    options: &LintOptions,
    files: &[FilePath],
    codes: Option<&[&str]>,
) -> Result<Vec<LintFixedFile>, Failure> {
    let snapshot = project.snapshot();
    let mut fixed = Vec::new();
    for path in files {
        let (Some(model), Some((text, _))) = (snapshot.model_at(path), project.source(path)) else {
            continue;
        };
        let after = fixed_text(snapshot.db(), model, codes, options.unsafe_fixes);
        let shown = project.location.shown(path.as_str());
        if after.gave_up {
            session.terminal.err(&format!("note: {shown}: not every fix could be applied; run it again\n"));
        }
        if after.text == *text {
            continue;
        }
        if options.diff {
            if !session.json() {
                session.terminal.out(&unified_diff(&shown, &text, &after.text));
            }
        } else {
            files::replace(&project.location.root.join(path.as_str()), &after.text).map_err(|problem| {
                Failure::new(format!("the fixes of '{shown}' could not be written"))
                    .caused_by(problem.to_string())
            })?;
        }
        let findings = after.fixed.iter().map(|(code, count)| ((*code).to_owned(), *count as u64)).collect();
        fixed.push(LintFixedFile { file: shown, findings });
    }
    Ok(fixed)
}

fn totals(files: &[FilePath], findings: &[Diagnostic]) -> LintTotals {
    let count = |is_meant: &dyn Fn(&Diagnostic) -> bool| {
        findings.iter().filter(|finding| is_meant(finding)).count() as u64
    };
    let fixes = |safe: bool| count(&|finding| finding.fix.as_ref().is_some_and(|fix| fix.is_safe == safe));
    LintTotals {
        models: files.len() as u64,
        errors: count(&|finding| finding.severity == Severity::Error),
        warnings: count(&|finding| finding.severity == Severity::Warning),
        infos: count(&|finding| finding.severity == Severity::Info),
        fixable: fixes(true),
        fixable_unsafely: fixes(false),
    }
}
