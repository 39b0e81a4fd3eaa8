//! The outline of a file.

use crate::Analysis;
use crate::hover::type_text;
use crate::model_at::ModelView;
use crate::settings_at::{SettingsDocument, line_range};
use rocky_compiler::base_db::{FilePath, source_text};
use rocky_compiler::hir::body::QueryId;
use rocky_compiler::hir::{ModelTree, parsed_model};
use rocky_compiler::project::{KeySpan, KeySpans, model_config};
use rocky_compiler::syntax::dsl::ast::{AnyDslItem, AstNode as _, DslFile, Pipeline};
use rocky_compiler::syntax::{SyntaxNode, TextRange, TextSize};
use std::ops::Range;

/// What a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A model.
    Model,
    /// A common table expression, or a `let` of a pipeline.
    CommonTableExpression,
    /// An output column.
    Column,
    /// A step of a pipeline.
    Step,
    /// A table of a TOML document.
    Table,
    /// A key of a TOML document.
    Key,
}

/// An entry of the outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// More about it, in a few words.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// Its name in the text; within `range`.
    pub selection_range: TextRange,
    /// What is inside.
    pub children: Vec<Symbol>,
}

/// A detail longer than this is cut.
const DETAIL_LIMIT: usize = 60;

pub(crate) fn document_symbols(analysis: &Analysis, path: &FilePath) -> Vec<Symbol> {
    if let Some(file) = analysis.host().model_at(path) {
        let view = ModelView::new(analysis, file);
        return vec![model_symbol(&view)];
    }
    let document = analysis.host().file(path).and_then(|file| SettingsDocument::of(analysis, file));
    let Some(document) = document else { return Vec::new() };
    let text = source_text(analysis.db(), document.file).text.clone();
    let line = |offset: TextSize| line_range(analysis, document.file, offset);
    let outline = TomlOutline { spans: &document.spans(analysis), text: &text, line: &line };
    outline.below("")
}

fn model_symbol(view: &ModelView<'_>) -> Symbol {
    let config = model_config(view.db, view.file);
    let text = source_text(view.db, view.file).text.clone();
    let whole = TextRange::up_to(TextSize::of(&*text));
    let mut children = match parsed_model(view.db, view.file) {
        ModelTree::Rocky(parse) => pipeline_symbols(&parse.tree()),
        ModelTree::Sql(_) => view.body.root.map(|root| cte_symbols(view, root)).unwrap_or_default(),
    };
    children.extend(view.body.root.map(|root| column_symbols(view, root)).unwrap_or_default());
    let query = view.body.root.and_then(|root| view.map.queries.get(root.index()).copied());
    let start = query.and_then(|range| view.in_file(range)).map_or(whole.start(), TextRange::start);
    let children = children.into_iter().filter(|child| whole.contains_range(child.range)).collect();
    Symbol {
        name: config.name.to_string(),
        detail: Some(config.intent.as_deref().map_or_else(|| "model".to_owned(), cut)),
        kind: SymbolKind::Model,
        range: whole,
        selection_range: TextRange::empty(start.min(whole.end())),
        children,
    }
}

fn cte_symbols(view: &ModelView<'_>, query: QueryId) -> Vec<Symbol> {
    let entries = view.body.query(query).ctes.iter();
    entries
        .filter_map(|cte| {
            let (name, selection_range) = view.cte_name(cte.query)?;
            let body = view.map.queries.get(cte.query.index())?;
            let mut children = cte_symbols(view, cte.query);
            children.extend(column_symbols(view, cte.query));
            Some(Symbol {
                name: name.to_string(),
                detail: Some("common table expression".to_owned()),
                kind: SymbolKind::CommonTableExpression,
                range: selection_range.cover(*body),
                selection_range,
                children,
            })
        })
        .collect()
}

fn column_symbols(view: &ModelView<'_>, query: QueryId) -> Vec<Symbol> {
    let Some(info) = view.inference.queries.get(query.index()) else { return Vec::new() };
    let columns = info.columns.iter().filter(|column| !column.column.name.is_empty());
    columns
        .filter_map(|column| {
            let item = column.item?;
            let selection_range = view.item_range(item)?;
            let expression = view.map.exprs.get(item.index()).and_then(|range| view.in_file(*range));
            let range = expression.map_or(selection_range, |range| range.cover(selection_range));
            Some(Symbol {
                name: column.column.name.to_string(),
                detail: Some(type_text(&column.column)),
                kind: SymbolKind::Column,
                range,
                selection_range,
                children: Vec::new(),
            })
        })
        .collect()
}

fn pipeline_symbols(file: &DslFile) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    for item in file.items() {
        match item {
            AnyDslItem::LetBinding(binding) => {
                let Some(name) = binding.name() else { continue };
                let selection_range = without_blanks(name.syntax());
                symbols.push(Symbol {
                    name: name.text(),
                    detail: Some("let".to_owned()),
                    kind: SymbolKind::CommonTableExpression,
                    range: without_blanks(binding.syntax()).cover(selection_range),
                    selection_range,
                    children: binding.pipeline().map(|pipeline| steps(&pipeline)).unwrap_or_default(),
                });
            }
            AnyDslItem::Pipeline(pipeline) => symbols.extend(steps(&pipeline)),
        }
    }
    symbols
}

fn steps(pipeline: &Pipeline) -> Vec<Symbol> {
    let symbol = |node: &SyntaxNode| {
        let range = without_blanks(node);
        let text = node.text().to_string();
        let first_line = text.trim().lines().next().unwrap_or_default().trim_end_matches('{').trim();
        let (word, rest) = first_line.split_once(char::is_whitespace).unwrap_or((first_line, ""));
        let rest = rest.trim();
        Symbol {
            name: word.to_owned(),
            detail: (!rest.is_empty()).then(|| cut(rest)),
            kind: SymbolKind::Step,
            range,
            selection_range: TextRange::at(range.start(), TextSize::of(word).min(range.len())),
            children: Vec::new(),
        }
    };
    pipeline.steps().map(|step| symbol(step.syntax())).collect()
}

/// The range of a node without blanks and comments at its ends.
fn without_blanks(node: &SyntaxNode) -> TextRange {
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let ranges = tokens.filter(|token| !token.kind().is_trivia()).map(|token| token.text_range());
    ranges.reduce(TextRange::cover).unwrap_or_else(|| node.text_range())
}

/// The text, cut at a character when it is long.
fn cut(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= DETAIL_LIMIT {
        return line.to_owned();
    }
    let kept: String = line.chars().take(DETAIL_LIMIT - 3).collect();
    format!("{kept}...")
}

struct TomlOutline<'a> {
    spans: &'a KeySpans,
    text: &'a str,
    line: &'a dyn Fn(TextSize) -> TextRange,
}

impl TomlOutline<'_> {
    /// The keys directly below a path, in the order of the text.
    fn below(&self, parent: &str) -> Vec<Symbol> {
        let prefix = if parent.is_empty() { String::new() } else { format!("{parent}.") };
        let mut symbols: Vec<Symbol> = self
            .spans
            .paths()
            .filter(|path| path.strip_prefix(prefix.as_str()).is_some_and(is_one_key))
            .filter_map(|path| Some(self.symbol(path, self.spans.get(path)?, parent)))
            .flatten()
            .collect();
        symbols.sort_by_key(|symbol| (symbol.selection_range.start(), symbol.range.end()));
        symbols
    }

    fn symbol(&self, path: &str, span: KeySpan, parent: &str) -> Vec<Symbol> {
        let key = path.rsplit('.').next().unwrap_or(path);
        let children = self.below(path);
        let items_are_tables = !children.is_empty()
            && children.iter().all(|child| child.name.parse::<usize>().is_ok() && !child.children.is_empty());
        if items_are_tables {
            // `[[tests]]`: each entry is one of ours, the list itself is none.
            return children.into_iter().map(|entry| self.entry(key, entry)).collect();
        }
        let is_table = children.iter().any(|child| child.name.parse::<usize>().is_err());
        let last = children.iter().map(|child| child.range).reduce(TextRange::cover);
        let all = last.map_or(span.value, |last| last.cover(span.value)).cover(span.key);
        let numbered = key.parse::<usize>().is_ok() && !parent.is_empty();
        let value = self.text.get(Range::<usize>::from(span.value)).unwrap_or_default();
        vec![Symbol {
            name: key.to_owned(),
            detail: (!is_table && !numbered).then(|| cut(value)),
            kind: if is_table { SymbolKind::Table } else { SymbolKind::Key },
            range: all,
            selection_range: span.key,
            children: if is_table { children } else { Vec::new() },
        }]
    }

    /// An entry of a list of tables, called after what it says.
    fn entry(&self, list: &str, entry: Symbol) -> Symbol {
        let said = |key: &str| {
            let child = entry.children.iter().find(|child| child.name == key)?;
            child.detail.as_deref().map(|detail| detail.trim_matches(['"', '\'']).to_owned())
        };
        let words: Vec<String> =
            ["type", "name", "schema", "table", "column"].into_iter().filter_map(said).collect();
        let detail = (!words.is_empty()).then(|| words.join(" "));
        let start = entry.selection_range.start();
        let line = TextRange::new(start, (self.line)(start).end());
        let written = self.text.get(Range::<usize>::from(line)).unwrap_or_default().trim_end();
        let line = TextRange::at(start, TextSize::of(written));
        let selection_range = line.intersect(entry.range).unwrap_or(entry.selection_range);
        Symbol { name: list.to_owned(), detail, kind: SymbolKind::Table, selection_range, ..entry }
    }
}

fn is_one_key(rest: &str) -> bool {
    !rest.is_empty() && !rest.contains('.')
}
