//! Files of macros: a head that declares, and a body that is SQL with parameters in it.

use crate::semantic_tokens::{TokenKind, TokenModifiers};
use rocky_compiler::project::parse_macro;
use rocky_compiler::syntax::{TextRange, TextSize};
use smol_str::SmolStr;
use std::ops::Range;

/// What the head of a macro file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct MacroHead {
    /// From the end of the declaration to that of the body.
    pub(crate) body: TextRange,
    /// What stands between the brackets of the parameters, if there are any.
    pub(crate) list: Option<TextRange>,
    /// The words of the declaration, in order.
    pub(crate) words: Vec<(TextRange, TokenKind, TokenModifiers)>,
    /// The names of the parameters, in lower case.
    pub(crate) parameters: Vec<SmolStr>,
}

/// Reads the head, and gives the body as a text that parses as SQL: what stands around it is blank, braces
/// around parameters are, and the declaration makes room for a `select` if the body is an expression.
/// Offsets and lines stay what they are. `None` when the file declares no macro.
pub(crate) fn read_macro(text: &str, is_sql_macro: bool) -> Option<(MacroHead, String)> {
    let declared = parse_macro(text, is_sql_macro).declared?;
    let body = usize::from(declared.body_start);
    let end = (body + declared.body.len()).min(text.len());
    let name = Range::<usize>::from(declared.name_range);
    let start = text.get(..name.start)?.rfind('\n').map_or(0, |at| at + 1);
    let head = text.get(start..body)?;

    let mut sql = String::with_capacity(text.len());
    sql.push_str(&text[..start]);
    let first = declared.body.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_query = ["select", "with", "from", "values"].contains(&first.to_ascii_lowercase().as_str());
    let word = if is_query || head.len() < "select ".len() { "" } else { "select" };
    sql.push_str(word);
    blank(&mut sql, head.get(word.len()..)?);
    let parameters: Vec<SmolStr> =
        declared.parameters.iter().map(|parameter| SmolStr::new(parameter.name.to_lowercase())).collect();
    let mut rest = text.get(body..end)?;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').map(|found| open + found);
        let is_parameter = |name: &str| parameters.iter().any(|known| *known == name.trim().to_lowercase());
        sql.push_str(&rest[..open]);
        match close.filter(|close| is_parameter(&rest[open + 1..*close])) {
            Some(close) => {
                sql.push(' ');
                sql.push_str(&rest[open + 1..close]);
                sql.push(' ');
                rest = &rest[close + 1..];
            }
            None => {
                sql.push('{');
                rest = &rest[open + 1..];
            }
        }
    }
    sql.push_str(rest);
    blank(&mut sql, &text[end..]);
    let range =
        |start: usize, end: usize| TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32));
    let signature = text.get(name.end..body)?;
    let list = signature.find('(').and_then(|open| {
        let close = open + signature[open..].find(')')?;
        Some(range(name.end + open + 1, name.end + close))
    });
    let declared_end = name.end + signature.trim_end().len();
    Some((
        MacroHead {
            body: range(declared_end, end),
            list,
            words: words(text, start, &name, body, is_sql_macro),
            parameters,
        },
        sql,
    ))
}

fn blank(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(character),
            other => out.extend(std::iter::repeat_n(' ', other.len_utf8())),
        }
    }
}

fn words(
    text: &str,
    start: usize,
    name: &Range<usize>,
    body: usize,
    is_sql_macro: bool,
) -> Vec<(TextRange, TokenKind, TokenModifiers)> {
    let range = |range: Range<usize>| {
        TextRange::new(TextSize::new(range.start as u32), TextSize::new(range.end as u32))
    };
    let none = TokenModifiers::NONE;
    let lead = if is_sql_macro { TokenKind::Keyword } else { TokenKind::Comment };
    let mut words = vec![(range(start..name.start), lead, none)];
    let declaration = TokenModifiers::DECLARATION;
    words.push((range(name.clone()), TokenKind::Macro, declaration.and(TokenModifiers::DEFINITION)));
    let (mut at, mut in_list, mut is_type) = (name.end, false, false);
    while at < body {
        let rest = &text[at..body];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if length > 0 {
            let kind = if is_type || !in_list { TokenKind::Type } else { TokenKind::Parameter };
            words.push((
                range(at..at + length),
                kind,
                if kind == TokenKind::Parameter { declaration } else { none },
            ));
            at += length;
            continue;
        }
        let next = rest.chars().next().unwrap_or(' ');
        match next {
            '(' => in_list = true,
            ')' => in_list = false,
            ':' => is_type = true,
            ',' => is_type = false,
            '\n' | '{' if !in_list => break,
            _ => {}
        }
        at += next.len_utf8();
    }
    words
}
