//! The queries about single models: text, tree, summary, and what other layers may know of them.

use crate::body::Ident;
use crate::lint::{lint_digest, lint_model};
use crate::model_text::ModelText;
use crate::summary::{
    FileSummary, FileSummaryKey, FileSummaryRow, Language, LetName, ModelHeader, ModelTree, SyntaxFinding,
    parse_model, summarize,
};
use rocky_base_db::{Db, Digest, File, FileStatus, SourceText, is_overlaid, read_source, source_text};
use rocky_project::{
    Expansion, Project, expand_macros, lint_config, macro_table, macro_uses, model_config, split_frontmatter,
};
use rocky_syntax::{DialectKind, TextRange, TextSize};
use std::sync::Arc;

/// Whose SQL a model is. Reads: its configuration. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn model_dialect(db: &dyn Db, file: File) -> DialectKind {
    model_config(db, file).dialect
}

/// The language a model file is written in.
pub fn language(db: &dyn Db, file: File) -> Language {
    if file.path(db).extension() == Some("rocky") { Language::Rocky } else { Language::Sql }
}

/// The text of a model's query. A frontmatter block is blanked, so that offsets stay those of the file;
/// macros are expanded, and [`original_range`] leads back from there.
///
/// Reads: the file's text, the macros if the text uses some. Kept: the last 256.
#[salsa::tracked(lru = 256, returns(clone))]
pub fn query_text(db: &dyn Db, file: File) -> SourceText {
    let source = blank_frontmatter(source_text(db, file).clone());
    match macro_expansion(db, file) {
        Some(expansion) => SourceText { text: Arc::from(expansion.text.as_str()), ..source },
        None => source,
    }
}

/// A model's text with its macros expanded; `None` when it uses none.
///
/// Reads: the file's text, the macros if the text uses some. Kept: the last 64.
#[salsa::tracked(lru = 64, returns(ref))]
pub fn macro_expansion(db: &dyn Db, file: File) -> Option<Expansion> {
    expand(db, file, &blank_frontmatter(source_text(db, file).clone()).text)
}

fn expand(db: &dyn Db, file: File, text: &str) -> Option<Expansion> {
    // An `@` costs nothing to look for; most models have none and then do not depend on macros.
    if language(db, file) == Language::Rocky || !text.contains('@') || macro_uses(text).is_empty() {
        return None;
    }
    Some(expand_macros(text, macro_table(db, Project::get(db))))
}

/// A range of [`query_text`] as a range of the model's file. Inside an expansion it is the macro's call.
pub fn original_range(db: &dyn Db, file: File, range: TextRange) -> TextRange {
    if macro_table(db, Project::get(db)).is_empty() {
        return range;
    }
    match macro_expansion(db, file) {
        Some(expansion) => expansion.original_range(range),
        None => range,
    }
}

/// Where a model's query begins: behind the frontmatter block.
pub fn query_start(text: &str) -> TextSize {
    let start = split_frontmatter(text).map_or(0, |frontmatter| frontmatter.body.start);
    TextSize::try_from(start).unwrap_or_default()
}

/// A model's text with its frontmatter block blanked.
pub fn without_frontmatter(text: &str) -> String {
    blank_frontmatter(SourceText { text: Arc::from(text), matches_digest: true }).text.to_string()
}

fn blank_frontmatter(source: SourceText) -> SourceText {
    let Some(frontmatter) = split_frontmatter(&source.text) else { return source };
    let body = frontmatter.body.start;
    let mut text = String::with_capacity(source.text.len());
    for character in source.text[..body].chars() {
        match character {
            '\n' | '\r' => text.push(character),
            other => text.extend(std::iter::repeat_n(' ', other.len_utf8())),
        }
    }
    text.push_str(&source.text[body..]);
    SourceText { text: Arc::from(text), matches_digest: source.matches_digest }
}

/// The tree of a model. Reads: its text, its dialect. Never compared. Kept: the last 256.
#[salsa::tracked(no_eq, lru = 256, returns(ref))]
pub fn parsed_model(db: &dyn Db, file: File) -> ModelTree {
    parse_model(&query_text(db, file).text, language(db, file), model_dialect(db, file))
}

/// Whether trees and bodies of a model are not worth keeping: nobody types in it. They are asked for once,
/// and 10,000 of them would only wait to be dropped.
pub fn is_transient(db: &dyn Db, file: File) -> bool {
    db.is_one_shot() || !is_overlaid(db, file)
}

/// Computes something from a model's text. Its lossless tree is kept only of models that somebody types in.
pub fn with_text<T>(db: &dyn Db, file: File, use_text: impl FnOnce(&ModelText<'_>) -> T) -> T {
    let (language, dialect) = (language(db, file), model_dialect(db, file));
    if is_transient(db, file) {
        let source = read_source(db, file);
        let start = query_start(&source.text);
        let source = blank_frontmatter(source);
        let expansion = expand(db, file, &source.text);
        let text = expansion.as_ref().map_or(&*source.text, |expansion| &expansion.text);
        use_text(&ModelText {
            written: &source.text,
            start,
            is_expanded: expansion.is_some(),
            matches_digest: source.matches_digest,
            ..ModelText::new(text, language, dialect)
        })
    } else {
        let source = source_text(db, file).clone();
        let start = query_start(&source.text);
        let written = blank_frontmatter(source);
        let text = query_text(db, file);
        use_text(&ModelText {
            written: &written.text,
            start,
            is_expanded: macro_expansion(db, file).is_some(),
            matches_digest: written.matches_digest,
            kept: Some(&|| parsed_model(db, file)),
            ..ModelText::new(&text.text, language, dialect)
        })
    }
}

/// Everything that a model's text alone says.
///
/// Reads: the text's digest, the dialect; on a miss of its row, the tree. Wide: read the projections.
#[salsa::tracked(returns(ref))]
pub fn file_summary(db: &dyn Db, file: File) -> FileSummary {
    let dialect = model_dialect(db, file);
    if *file.status(db) != FileStatus::Present {
        return FileSummary::broken();
    }
    let lint_settings = lint_config(db, Project::get(db)).settings(file.path(db));
    let key = FileSummaryKey {
        language: language(db, file),
        dialect: dialect.name(),
        text: if macro_table(db, Project::get(db)).is_empty() {
            file.digest(db)
        } else {
            Digest::of(query_text(db, file).text.as_bytes())
        },
        lint: lint_digest(&lint_settings, file.digest(db)),
    };
    if let Some(summary) = db.row_store().and_then(|store| store.get::<FileSummaryRow>(&key)) {
        return summary;
    }
    let (summary, storable) = with_text(db, file, |text| {
        let mut summary = summarize(text);
        if !summary.header.broken {
            summary.lint = lint_model(text, &lint_settings);
        }
        (summary, text.matches_digest)
    });
    if let Some(store) = db.row_store()
        && storable
    {
        store.put::<FileSummaryRow>(&key, &summary);
    }
    summary
}

/// What a model reads. Reads: [`file_summary`]. Cut-off: **projection**: comment edits stop here.
#[salsa::tracked(returns(ref))]
pub fn model_header(db: &dyn Db, file: File) -> ModelHeader {
    file_summary(db, file).header.clone()
}

/// Digest of what a model means. Reads: [`file_summary`]. Cut-off: **projection**: comment edits stop here.
#[salsa::tracked(returns(copy))]
pub fn body_digest(db: &dyn Db, file: File) -> Digest {
    file_summary(db, file).body_digest
}

/// What lint rules have to say about a model. Reads: [`file_summary`]. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn lint_findings(db: &dyn Db, file: File) -> Box<[SyntaxFinding]> {
    file_summary(db, file).lint.clone().into_boxed_slice()
}

/// The `let` bindings of a model. Reads: [`file_summary`]. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn let_bindings(db: &dyn Db, file: File) -> Box<[LetName]> {
    file_summary(db, file).bindings.clone().into_boxed_slice()
}

/// Findings about a model's text. Reads: [`file_summary`]. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn syntax_findings(db: &dyn Db, file: File) -> Box<[SyntaxFinding]> {
    file_summary(db, file).findings.clone().into_boxed_slice()
}

/// A dotted path as text, parts as written.
pub fn path_text(path: &[Ident]) -> String {
    let parts: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
    parts.join(".")
}
