//! Replacing macro calls, with the way back from the result to the call.

use super::scan::{Piece, piece};
use super::{DEPTH_LIMIT, Macro, MacroTable, is_name_byte, text_range};
use crate::Finding;
use rocky_base_db::closest;
use rocky_syntax::TextRange;
use smol_str::SmolStr;
use std::ops::Range;

/// A body with its macro calls replaced.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expansion {
    /// The text to parse.
    pub text: String,
    /// The pieces of `text` in order, without gaps.
    pub pieces: Vec<ExpansionPiece>,
    /// The macros used, also inside macros, sorted.
    pub used: Vec<SmolStr>,
    /// Calls that could not be replaced; they stand in `text` as they are.
    pub findings: Vec<Finding>,
}

/// A piece of an expanded text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpansionPiece {
    /// Bytes of the expanded text.
    pub expanded: Range<u32>,
    /// Bytes of the original text: the same ones for a copied piece, the whole call for a replaced one.
    pub original: Range<u32>,
    /// Whether the piece is the result of a macro.
    pub is_replaced: bool,
}

/// A call of a macro in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MacroUse {
    /// The macro's name.
    pub name: SmolStr,
    /// The whole call, from `@` to `)`.
    pub range: TextRange,
    /// `@name` alone.
    pub name_range: TextRange,
}

impl Expansion {
    /// Where a range of the expanded text comes from. Inside a macro's result it is the whole call.
    pub fn original_range(&self, range: TextRange) -> TextRange {
        let start = self.original_offset(range.start().into(), false);
        let end = self.original_offset(range.end().into(), true).max(start);
        TextRange::new(start.into(), end.into())
    }

    fn original_offset(&self, offset: u32, is_end: bool) -> u32 {
        let index = self.pieces.partition_point(|piece| {
            if is_end { piece.expanded.end < offset } else { piece.expanded.end <= offset }
        });
        match self.pieces.get(index).or(self.pieces.last()) {
            None => offset,
            Some(piece) if piece.is_replaced && is_end => piece.original.end,
            Some(piece) if piece.is_replaced => piece.original.start,
            Some(piece) => piece.original.start + offset.saturating_sub(piece.expanded.start),
        }
    }
}

/// A call found in a text.
struct Call<'t> {
    name: &'t str,
    range: Range<usize>,
    arguments: Option<Vec<&'t str>>,
}

/// The calls in a text, outside strings and comments. `@var(…)` is not a macro.
pub fn macro_uses(text: &str) -> Vec<MacroUse> {
    let uses = calls(text).into_iter().map(|call| MacroUse {
        name: SmolStr::new(call.name),
        name_range: text_range(call.range.start..call.range.start + 1 + call.name.len()),
        range: text_range(call.range),
    });
    uses.collect()
}

fn calls(text: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    if !text.contains('@') {
        return calls;
    }
    let mut at = 0;
    while at < text.len() {
        let (kind, length) = piece(&text[at..]);
        if kind == Piece::Code
            && text.as_bytes()[at] == b'@'
            && let Some(call) = call_at(text, at)
        {
            at = call.range.end;
            calls.push(call);
            continue;
        }
        at += length;
    }
    calls
}

/// The call at `at`, which is a `@`: the name must follow at once, and `(` the name.
fn call_at(text: &str, at: usize) -> Option<Call<'_>> {
    let name_length = text[at + 1..].bytes().take_while(|byte| is_name_byte(*byte)).count();
    let open = at + 1 + name_length;
    let name = &text[at + 1..open];
    let follows_name = at > 0 && (is_name_byte(text.as_bytes()[at - 1]) || text.as_bytes()[at - 1] == b'@');
    if name.is_empty() || name == "var" || follows_name || !text[open..].starts_with('(') {
        return None;
    }
    let mut arguments = Vec::new();
    let (mut depth, mut cursor, mut start) = (0usize, open, open + 1);
    while cursor < text.len() {
        let (kind, length) = piece(&text[cursor..]);
        if kind == Piece::Code {
            match text.as_bytes()[cursor] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        arguments.push(text[start..cursor].trim());
                        if arguments == [""] {
                            arguments.clear();
                        }
                        return Some(Call { name, range: at..cursor + 1, arguments: Some(arguments) });
                    }
                }
                b',' if depth == 1 => {
                    arguments.push(text[start..cursor].trim());
                    start = cursor + 1;
                }
                _ => {}
            }
        }
        cursor += length;
    }
    Some(Call { name, range: at..open + 1, arguments: None })
}

/// Replaces all calls in `text`.
pub fn expand_macros(text: &str, macros: &MacroTable) -> Expansion {
    let mut expansion = Expansion::default();
    let mut copied = 0;
    let found = calls(text);
    if found.is_empty() {
        expansion.text = text.to_owned();
        push_piece(&mut expansion, 0, 0..text.len(), false);
        return expansion;
    }
    let mut expander = Expander { macros, stack: Vec::new(), used: Vec::new() };
    for call in found {
        match expander.call(&call) {
            Ok(replacement) => {
                copy(&mut expansion, text, copied..call.range.start);
                let start = expansion.text.len();
                expansion.text.push_str(&replacement);
                push_piece(&mut expansion, start, call.range.clone(), true);
                copied = call.range.end;
            }
            Err(problem) => {
                let name = call.range.start..call.range.start + 1 + call.name.len();
                let finding = Finding::error("S006", text_range(name), problem.message);
                expansion.findings.push(finding.suggest(problem.advice));
            }
        }
    }
    copy(&mut expansion, text, copied..text.len());
    expander.used.sort();
    expander.used.dedup();
    expansion.used = expander.used;
    expansion
}

fn copy(expansion: &mut Expansion, text: &str, range: Range<usize>) {
    let start = expansion.text.len();
    expansion.text.push_str(&text[range.clone()]);
    push_piece(expansion, start, range, false);
}

fn push_piece(expansion: &mut Expansion, start: usize, original: Range<usize>, is_replaced: bool) {
    let small = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    expansion.pieces.push(ExpansionPiece {
        expanded: small(start)..small(expansion.text.len()),
        original: small(original.start)..small(original.end),
        is_replaced,
    });
}

struct Expander<'m> {
    macros: &'m MacroTable,
    /// The macros being expanded.
    stack: Vec<SmolStr>,
    used: Vec<SmolStr>,
}

struct Problem {
    message: String,
    advice: String,
}

fn problem(message: String, advice: impl Into<String>) -> Problem {
    Problem { message, advice: advice.into() }
}

impl Expander<'_> {
    fn call(&mut self, call: &Call<'_>) -> Result<String, Problem> {
        let name = call.name;
        let Some(declared) = self.macros.get(name) else {
            let near = closest(name, self.macros.keys().map(SmolStr::as_str));
            let advice = match near {
                Some(near) => format!("did you mean '{near}'?"),
                None => "declare it in a file of the macros folder".to_owned(),
            };
            return Err(problem(format!("'{name}' is not a macro of this project"), advice));
        };
        self.used.push(declared.name.clone());
        let Some(arguments) = &call.arguments else {
            return Err(problem(format!("the call of macro '{name}' is not closed"), "add `)`"));
        };
        check_arguments(declared, arguments)?;
        if self.stack.iter().any(|active| active == name) {
            let path = self.stack.iter().map(SmolStr::as_str).chain([name]).collect::<Vec<_>>().join(" → ");
            return Err(problem(format!("macro '{name}' calls itself: {path}"), "break the circle"));
        }
        if self.stack.len() >= DEPTH_LIMIT {
            let message = format!("macro calls are nested more than {DEPTH_LIMIT} deep at '{name}'");
            return Err(problem(message, "write the inner macros out"));
        }
        let filled = fill(declared, arguments);
        self.stack.push(declared.name.clone());
        let result = self.nested(&filled);
        self.stack.pop();
        result
    }

    fn nested(&mut self, text: &str) -> Result<String, Problem> {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for call in calls(text) {
            out.push_str(&text[copied..call.range.start]);
            out.push_str(&self.call(&call)?);
            copied = call.range.end;
        }
        out.push_str(&text[copied..]);
        Ok(out)
    }
}

fn check_arguments(declared: &Macro, arguments: &[&str]) -> Result<(), Problem> {
    let (wanted, found) = (declared.parameters.len(), arguments.len());
    if wanted != found {
        let names: Vec<&str> = declared.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let noun = if wanted == 1 { "argument" } else { "arguments" };
        let verb = if found == 1 { "is" } else { "are" };
        let message = format!("macro '{}' takes {wanted} {noun}, but {found} {verb} given", declared.name);
        return Err(problem(message, format!("call it as `@{}({})`", declared.name, names.join(", "))));
    }
    for (parameter, argument) in declared.parameters.iter().zip(arguments) {
        // An argument that is a call itself has no text to judge yet.
        if !argument.starts_with('@') && !parameter.kind.accepts(argument) {
            let message = format!(
                "argument '{}' of macro '{}' must be a {}, but `{argument}` is not",
                parameter.name,
                declared.name,
                parameter.kind.as_str()
            );
            return Err(problem(message, "pass another argument, or declare the parameter as `expr`"));
        }
    }
    Ok(())
}

/// Puts the arguments into the body in one pass, so that an argument's own braces stay as they are.
fn fill(declared: &Macro, arguments: &[&str]) -> String {
    let body = declared.body.as_str();
    let argument = |name: &str| {
        let index = declared.parameters.iter().position(|parameter| parameter.name == name)?;
        arguments.get(index).copied()
    };
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..];
        if let Some((name, length)) = parameter_use(rest, body[..at].bytes().next_back())
            && let Some(value) = argument(name)
        {
            out.push_str(value);
            at += length;
            continue;
        }
        let character = rest.chars().next().map_or(1, char::len_utf8);
        out.push_str(&rest[..character]);
        at += character;
    }
    out
}

/// The name and length of a `{name}` or `@name` at the start of `rest`; `before` is the byte in front of it.
fn parameter_use(rest: &str, before: Option<u8>) -> Option<(&str, usize)> {
    let inner = rest.strip_prefix(['{', '@'])?;
    let length = inner.bytes().take_while(|byte| is_name_byte(*byte)).count();
    let (name, after) = inner.split_at(length);
    if rest.starts_with('{') {
        return after.starts_with('}').then_some((name, length + 2));
    }
    let is_call = after.starts_with('(');
    (!is_call && !before.is_some_and(is_name_byte)).then_some((name, length + 1))
}
