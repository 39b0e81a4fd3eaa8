//! Completion: what may stand at a position of a text that is still being written.
//!
//! A marker is put where the cursor is, the text is parsed and lowered with it, and the marker's place
//! in the tree says what fits. So it works wherever the parser recovers.

mod pipeline;
mod relations;
mod scope;
mod settings;
mod sql;

use crate::settings_at::SettingsDocument;
use crate::{Analysis, FilePosition};
use rocky_compiler::base_db::source_text;
use rocky_compiler::hir::{Language, language, query_text};
use rocky_compiler::syntax::{TextRange, TextSize};
use rustc_hash::FxHashSet;

/// What a completion stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A column.
    Column,
    /// A model.
    Model,
    /// A common table expression.
    CommonTableExpression,
    /// A table outside the project, a seed, or a part of its name.
    Source,
    /// A function.
    Function,
    /// A word of the language.
    Keyword,
    /// What a relation is called in this query.
    Alias,
    /// A key or a value of a TOML document.
    Key,
}

/// Something that may stand at the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What it stands for.
    pub kind: CompletionKind,
    /// More about it.
    pub detail: Option<String>,
    /// What is written.
    pub insert: String,
    /// What it replaces: the word at the cursor.
    pub replaces: TextRange,
    /// Sorts the likeliest first.
    pub sort_key: String,
}

/// An identifier that no text holds.
const MARKER: &str = "rocky0cursor0marker";

pub(crate) fn completions(analysis: &Analysis, at: &FilePosition) -> Vec<Completion> {
    let Some(file) = analysis.host().file(&at.path) else { return Vec::new() };
    let text = source_text(analysis.db(), file).text.clone();
    let word = Word::at(&text, at.offset);
    let mut items = Items { word: &word, items: Vec::new(), seen: FxHashSet::default() };
    if let Some(document) = SettingsDocument::at(analysis, at) {
        settings::complete(analysis, &document, &text, &mut items);
    } else if let Some(model) = analysis.host().model_at(&at.path) {
        let text = query_text(analysis.db(), model).text;
        match language(analysis.db(), model) {
            Language::Sql => sql::complete(analysis, model, &text, &mut items),
            Language::Rocky => pipeline::complete(analysis, model, &text, &mut items),
        }
    }
    let mut items = items.items;
    items.sort_by(|left, right| left.sort_key.cmp(&right.sort_key));
    items
}

/// The word at the cursor. A word that begins right at the cursor is another one.
struct Word {
    /// All of it, also what stands behind the cursor.
    range: TextRange,
    /// What is typed of it.
    prefix: String,
}

impl Word {
    fn at(text: &str, offset: TextSize) -> Word {
        let offset = usize::from(offset).min(text.len());
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let before = text.get(..offset).unwrap_or_default();
        let behind = text.get(offset..).unwrap_or_default();
        let start = before.trim_end_matches(is_part).len();
        let end = match start < offset {
            true => text.len() - behind.trim_start_matches(is_part).len(),
            false => offset,
        };
        Word {
            range: TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32)),
            prefix: before[start..].to_owned(),
        }
    }

    /// The text with the marker in place of the word.
    fn marked(&self, text: &str) -> String {
        let (start, end) = (usize::from(self.range.start()), usize::from(self.range.end()));
        let before = text.get(..start).unwrap_or_default();
        let behind = text.get(end..).unwrap_or_default();
        // What stands directly behind must not become part of the marker.
        let gap = if self.prefix.is_empty() { " " } else { "" };
        format!("{before}{MARKER}{gap}{behind}")
    }
}

/// The completions found so far.
struct Items<'w> {
    word: &'w Word,
    items: Vec<Completion>,
    seen: FxHashSet<(String, bool)>,
}

/// How likely a group of completions is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    First,
    Likely,
    Possible,
    Fallback,
    Last,
}

impl Items<'_> {
    fn add(&mut self, rank: Rank, kind: CompletionKind, label: &str, detail: Option<String>) {
        self.add_text(rank, kind, label, label.to_owned(), detail);
    }

    fn add_text(
        &mut self,
        rank: Rank,
        kind: CompletionKind,
        label: &str,
        insert: String,
        detail: Option<String>,
    ) {
        let Some(closeness) = closeness(&self.word.prefix, label) else { return };
        if !self.seen.insert((label.to_owned(), kind == CompletionKind::Keyword)) {
            return;
        }
        let sort_key = format!("{}{closeness}{}", rank as u8, label.to_lowercase());
        let replaces = self.word.range;
        self.items.push(Completion { label: label.to_owned(), kind, detail, insert, replaces, sort_key });
    }

    fn keywords(&mut self, rank: Rank, words: &[&str]) {
        for word in words {
            let typed_in_lower_case = self.word.prefix.chars().any(char::is_lowercase)
                && !self.word.prefix.chars().any(char::is_uppercase);
            let written = if typed_in_lower_case { word.to_lowercase() } else { (*word).to_owned() };
            self.add(rank, CompletionKind::Keyword, &written, None);
        }
    }
}

/// How well what was typed fits a label: 0 the same letters, 1 in other case, 2 scattered.
fn closeness(typed: &str, label: &str) -> Option<u8> {
    if label.starts_with(typed) {
        return Some(0);
    }
    let (typed, label) = (typed.to_lowercase(), label.to_lowercase());
    if label.starts_with(&typed) {
        return Some(1);
    }
    let mut rest = label.chars();
    typed.chars().all(|wanted| rest.any(|have| have == wanted)).then_some(2)
}
