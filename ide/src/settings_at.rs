//! What a TOML document mentions at a position: models, columns.

use crate::model_at::prime;
use crate::{Analysis, FilePosition};
use rocky_compiler::base_db::{File, line_index, source_text};
use rocky_compiler::check::related_models;
use rocky_compiler::hir::find_model;
use rocky_compiler::project::{
    KeySpans, config_document, contract_document, settings_spans, split_frontmatter,
};
use rocky_compiler::syntax::{TextRange, TextSize};
use rocky_compiler::types::output_schema;
use smol_str::SmolStr;
use std::ops::Range;

/// What kind of TOML document a position is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DocumentKind {
    /// `rocky.toml`
    Config,
    /// A model's sidecar or frontmatter block.
    Sidecar,
    /// `_defaults.toml`
    Defaults,
    /// A contract.
    Contract,
}

/// A TOML document, or the TOML part of a model.
pub(crate) struct SettingsDocument {
    /// The file.
    pub(crate) file: File,
    /// What it is.
    pub(crate) kind: DocumentKind,
    /// Where the TOML is in the file.
    pub(crate) toml: Range<usize>,
    /// The model it is about.
    pub(crate) model: Option<File>,
}

impl SettingsDocument {
    /// The document that holds a position.
    pub(crate) fn at(analysis: &Analysis, at: &FilePosition) -> Option<SettingsDocument> {
        let file = analysis.host().file(&at.path)?;
        let document = SettingsDocument::of(analysis, file)?;
        let offset = usize::from(at.offset);
        (document.toml.start <= offset && offset <= document.toml.end).then_some(document)
    }

    /// The document of a file.
    pub(crate) fn of(analysis: &Analysis, file: File) -> Option<SettingsDocument> {
        let db = analysis.db();
        let path = file.path(db);
        let text = &source_text(db, file).text;
        let whole = 0..text.len();
        if file == analysis.host().project().config_file(db) {
            return Some(SettingsDocument { file, kind: DocumentKind::Config, toml: whole, model: None });
        }
        if analysis.host().model_at(path).is_some() {
            let frontmatter = split_frontmatter(text)?;
            let kind = DocumentKind::Sidecar;
            return Some(SettingsDocument { file, kind, toml: frontmatter.toml, model: Some(file) });
        }
        if path.extension() != Some("toml") {
            return None;
        }
        let models = related_models(db, file);
        let is_contract = path.file_name().ends_with(".contract.toml")
            || rocky_compiler::project::layout(db, analysis.host().project())
                .contracts
                .values()
                .any(|contract| *contract == file);
        let kind = match path.file_name() {
            "_defaults.toml" => DocumentKind::Defaults,
            _ if is_contract => DocumentKind::Contract,
            _ => DocumentKind::Sidecar,
        };
        Some(SettingsDocument { file, kind, toml: whole, model: models.first().copied() })
    }

    /// Where its keys stand.
    pub(crate) fn spans(&self, analysis: &Analysis) -> std::sync::Arc<KeySpans> {
        let db = analysis.db();
        match self.kind {
            DocumentKind::Config => {
                std::sync::Arc::new(config_document(db, analysis.host().project()).spans.clone())
            }
            DocumentKind::Contract => std::sync::Arc::new(contract_document(db, self.file).spans.clone()),
            DocumentKind::Sidecar | DocumentKind::Defaults => settings_spans(db, self.file).clone(),
        }
    }
}

/// What a text in a TOML document means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Mention {
    /// A model.
    Model(File),
    /// A column of a model.
    Column(File, SmolStr),
}

/// Keys whose texts are columns of the document's model.
pub(crate) const COLUMN_KEYS: &[&str] = &[
    "column",
    "unique_key",
    "update_columns",
    "timestamp_column",
    "time_column",
    "partition_by",
    "cluster_by",
    "updated_at",
    "check_columns",
    "check_cols",
];

/// What the text at a position mentions, and where the text stands, quotes left out.
pub(crate) fn mention_at(analysis: &Analysis, at: &FilePosition) -> Option<(Mention, TextRange)> {
    let document = SettingsDocument::at(analysis, at)?;
    let spans = document.spans(analysis);
    let path = spans.path_at(at.offset)?;
    let span = spans.get(path)?;
    if !span.value.contains_inclusive(at.offset) {
        return None;
    }
    let text = &source_text(analysis.db(), document.file).text;
    let (value, range) = unquoted(text.get(Range::<usize>::from(span.value))?, span.value)?;
    let mut keys = path.split('.').filter(|key| key.parse::<usize>().is_err());
    let (first, last) = (keys.next()?, path.split('.').rev().find(|key| key.parse::<usize>().is_err())?);
    if document.kind == DocumentKind::Contract {
        let names_column = last == "name" || last == "protected" || last == "required";
        let model = document.model.filter(|_| names_column)?;
        return column(analysis, model, value).map(|mention| (mention, range));
    }
    if first == "depends_on" {
        return Some((Mention::Model(find_model(analysis.db(), value)?), range));
    }
    if COLUMN_KEYS.contains(&last) {
        return Some((column(analysis, document.model?, value)?, range));
    }
    None
}

fn column(analysis: &Analysis, model: File, name: &str) -> Option<Mention> {
    prime(analysis, model);
    let schema = output_schema(analysis.db(), model);
    Some(Mention::Column(model, schema.column(name)?.name.clone()))
}

fn unquoted(text: &str, range: TextRange) -> Option<(&str, TextRange)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let start = range.start() + TextSize::new(1);
    Some((inner, TextRange::at(start, TextSize::try_from(inner.len()).ok()?)))
}

/// The line that holds an offset.
pub(crate) fn line_range(analysis: &Analysis, file: File, offset: TextSize) -> TextRange {
    let index = line_index(analysis.db(), file);
    index.line_range(index.line_col(offset).line)
}
