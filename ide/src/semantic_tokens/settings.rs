//! Tokens of TOML.

use super::{Sink, TokenKind, TokenModifiers};
use crate::settings_at::COLUMN_KEYS;
use crate::toml_syntax::{TomlKind, TomlNode, TomlTree};
use rocky_compiler::syntax::{TextRange, TextSize};

pub(super) fn tokens(tree: &TomlTree, sink: &mut Sink<'_>) {
    for node in &tree.nodes {
        token(node, TokenKind::String, sink);
    }
}

/// `texts` is what a text means here: the values of some keys are names.
fn token(node: &TomlNode, texts: TokenKind, sink: &mut Sink<'_>) {
    if !sink.wants(node.range) {
        return;
    }
    let none = TokenModifiers::NONE;
    match node.kind {
        TomlKind::Comment => sink.push(node.range, TokenKind::Comment, none),
        TomlKind::Equals => sink.push(node.range, TokenKind::Operator, none),
        TomlKind::Number | TomlKind::Date => sink.push(node.range, TokenKind::Number, none),
        TomlKind::Boolean => sink.push(node.range, TokenKind::Keyword, none),
        TomlKind::Key => sink.push(node.range, TokenKind::Property, none),
        TomlKind::Text => text(node, texts, sink),
        TomlKind::Unknown => {}
        TomlKind::Header => {
            for key in node.children.iter().flat_map(|key| &key.children) {
                sink.push(key.range, TokenKind::Property, TokenModifiers::DECLARATION);
            }
        }
        TomlKind::Entry => {
            let texts = texts_of(node, sink);
            for child in &node.children {
                token(child, texts, sink);
            }
        }
        TomlKind::Table | TomlKind::DottedKey | TomlKind::Array | TomlKind::InlineTable => {
            for child in &node.children {
                token(child, texts, sink);
            }
        }
    }
}

/// What texts below a key mean.
fn texts_of(entry: &TomlNode, sink: &Sink<'_>) -> TokenKind {
    let key = entry.children.first().and_then(|key| key.children.last());
    let key = key.map_or("", |key| sink.document.slice(key.range).trim_matches(['"', '\'']));
    match key {
        "depends_on" => TokenKind::Namespace,
        key if COLUMN_KEYS.contains(&key) => TokenKind::Variable,
        _ => TokenKind::String,
    }
}

/// A text, references to the environment apart.
fn text(node: &TomlNode, kind: TokenKind, sink: &mut Sink<'_>) {
    let written = sink.document.text.clone();
    let written = written.get(std::ops::Range::<usize>::from(node.range)).unwrap_or_default();
    let at = |offset: usize| node.range.start() + TextSize::new(offset as u32);
    let mut start = 0;
    while let Some(open) = written[start..].find("${").map(|found| start + found) {
        let Some(close) = written[open..].find('}').map(|found| open + found + 1) else { break };
        sink.push(TextRange::new(at(start), at(open)), kind, TokenModifiers::NONE);
        sink.push(TextRange::new(at(open), at(close)), TokenKind::Parameter, TokenModifiers::READONLY);
        start = close;
    }
    sink.push(TextRange::new(at(start), node.range.end()), kind, TokenModifiers::NONE);
}
