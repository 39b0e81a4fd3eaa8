use super::DiagnosticRenderer;
use crate::opened_project::Excerpts;
use crate::render::style::Style;
use crate::source_texts::SourceTexts;
use expect_test::{Expect, expect};
use rocky_compiler::base_db::{Annotation, Diagnostic, FilePath, Severity};
use rocky_compiler::syntax::{LineIndex, TextRange, TextSize};
use std::sync::Arc;

fn source_of(file: &FilePath) -> Option<(Arc<str>, Arc<LineIndex>)> {
    let text = text_of(file)?;
    Some((text.clone(), Arc::new(LineIndex::new(&text))))
}

fn text_of(file: &FilePath) -> Option<Arc<str>> {
    match file.as_str() {
        "models/orders.sql" => Some(Arc::from("SELECT\n  idd,\n  'größe' AS größe, amuont\nFROM raw\n")),
        "models/raw.sql" => Some(Arc::from("SELECT 1 AS id, 2 AS amount\n")),
        _ => None,
    }
}

fn check(diagnostics: &[Diagnostic], prefix: &str, expected: &Expect) {
    let mut renderer =
        DiagnosticRenderer::new(SourceTexts::new(&source_of), prefix, Style::Plain, Excerpts::Yes);
    expected.assert_eq(&renderer.render(diagnostics));
}

/// A finding at the first place of `marked` in its file.
fn at(file: &str, marked: &str, code: &str, severity: Severity, message: &str) -> Diagnostic {
    let path = FilePath::new(file);
    Diagnostic::new(code, severity, path.clone(), range_of(&path, marked), message)
}

fn range_of(path: &FilePath, marked: &str) -> TextRange {
    let text = text_of(path).expect("text");
    let start = text.find(marked).expect("marked text");
    let offset = |at: usize| TextSize::new(at as u32);
    TextRange::new(offset(start), offset(start + marked.len()))
}

#[test]
fn a_finding_shows_its_place_and_what_to_do() {
    let finding = at("models/orders.sql", "idd", "E003", Severity::Error, "'idd' is not a column of raw")
        .with_suggestion("did you mean 'id'?");
    check(
        &[finding],
        "",
        &expect![[r#"
        error[E003]: 'idd' is not a column of raw
           ╭─[ models/orders.sql:2:3 ]
           │
         2 │   idd,
           │   ┬──
           │   ╰──── here
           │
           │ Help: did you mean 'id'?
        ───╯

    "#]],
    );
}

#[test]
fn bytes_behind_umlauts_are_marked_exactly_and_related_places_are_shown() {
    let raw = FilePath::new("models/raw.sql");
    let finding =
        at("models/orders.sql", "amuont", "E003", Severity::Error, "'amuont' is not a column of raw")
            .with_related(Annotation {
                range: range_of(&raw, "amount"),
                file: raw,
                message: "a similar column is put out here".to_owned(),
            })
            .with_suggestion("did you mean 'amount'?");
    check(
        &[finding],
        "project/",
        &expect![[r#"
        error[E003]: 'amuont' is not a column of raw
           ╭─[ project/models/orders.sql:3:21 ]
           │
         3 │   'größe' AS größe, amuont
           │                     ┬─────
           │                     ╰─────── here
           │
           ├─[ project/models/raw.sql:1:22 ]
           │
         1 │ SELECT 1 AS id, 2 AS amount
           │                      ┬─────
           │                      ╰─────── a similar column is put out here
           │
           │ Help: did you mean 'amount'?
        ───╯

    "#]],
    );
}

#[test]
fn without_a_text_the_place_is_named() {
    let gone = FilePath::new("models/gone.sql");
    let finding = Diagnostic::new("S008", Severity::Error, gone, None, "the file is not UTF-8")
        .with_suggestion("save it as UTF-8");
    check(
        &[finding],
        "",
        &expect![[r#"
        error[S008]: the file is not UTF-8
         --> models/gone.sql
         = help: save it as UTF-8

    "#]],
    );
}

#[test]
fn findings_of_several_files_keep_their_order() {
    let findings = [
        at("models/orders.sql", "SELECT", "W101", Severity::Warning, "first"),
        at("models/raw.sql", "1 AS id", "I103", Severity::Info, "second"),
    ];
    check(
        &findings,
        "",
        &expect![[r#"
        warning[W101]: first
           ╭─[ models/orders.sql:1:1 ]
           │
         1 │ SELECT
           │ ┬─────
           │ ╰─────── here
        ───╯

        info[I103]: second
           ╭─[ models/raw.sql:1:8 ]
           │
         1 │ SELECT 1 AS id, 2 AS amount
           │        ┬──────
           │        ╰──────── here
        ───╯

    "#]],
    );
}

/// Ranges that do not fit the text (it changed meanwhile) must not panic.
#[test]
fn impossible_ranges_are_cut() {
    let path = FilePath::new("models/orders.sql");
    let offset = |at: u32| TextSize::new(at);
    for (start, end) in [(14, 15), (0, 9_999), (9_998, 9_999), (23, 24), (24, 24)] {
        let range = TextRange::new(offset(start), offset(end));
        let finding = Diagnostic::new("E001", Severity::Error, path.clone(), range, "message");
        let mut renderer =
            DiagnosticRenderer::new(SourceTexts::new(&source_of), "", Style::Plain, Excerpts::Yes);
        assert!(renderer.render(&[finding]).contains("error[E001]: message"));
    }
}
