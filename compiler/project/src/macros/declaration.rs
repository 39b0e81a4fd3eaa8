//! Reading macro files.

use super::{Macro, MacroDocument, MacroParameter, ParameterKind, is_name_byte, text_range, text_size};
use crate::Finding;
use rocky_base_db::closest;
use smol_str::SmolStr;
use std::ops::Range;

/// Parses a macro file: `.sql` with a line `-- @macro name(…)`, or `.sql-macro` with `macro name(…) { … }`.
pub fn parse_macro(text: &str, is_sql_macro: bool) -> MacroDocument {
    let mut document = MacroDocument::default();
    let found = if is_sql_macro { braced(text) } else { commented(text) };
    match found {
        Ok(parts) => declaration(text, &parts, &mut document),
        Err(finding) => document.findings.push(*finding),
    }
    document
}

/// The byte ranges of a macro file's parts.
struct Parts {
    documentation: String,
    /// `name(…) -> type`
    signature: Range<usize>,
    body: Range<usize>,
}

fn problem(range: Range<usize>, message: &str, advice: &str) -> Box<Finding> {
    Box::new(Finding::error("S006", text_range(range), message).suggest(advice))
}

fn commented(text: &str) -> Result<Parts, Box<Finding>> {
    let mut documentation = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let Some(comment) = trimmed.strip_prefix("--") else {
            if trimmed.is_empty() {
                at += line.len();
                continue;
            }
            break;
        };
        if let Some(signature) = comment.trim_start().strip_prefix("@macro") {
            let start = at + (line.len() - line.trim_start().len()) + (trimmed.len() - signature.len());
            let signature = start..at + line.trim_end().len();
            return Ok(Parts {
                documentation: documentation.join("\n"),
                signature,
                body: trimmed_range(text, at + line.len()..text.len()),
            });
        }
        documentation.push(comment.trim().to_owned());
        at += line.len();
    }
    let advice = "begin the file with `-- @macro name(parameter, …)`";
    Err(problem(0..first_line(text), "this file in the macros folder declares no macro", advice))
}

fn braced(text: &str) -> Result<Parts, Box<Finding>> {
    let mut documentation = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        match trimmed.strip_prefix("--") {
            Some(comment) => documentation.push(comment.trim().to_owned()),
            None if trimmed.is_empty() => {}
            None => break,
        }
        at += line.len();
    }
    let rest = &text[at..];
    let start = at + rest.len() - rest.trim_start().len();
    let advice = "write `macro name(parameter, …) { … }`";
    let Some(signature) =
        text[start..].strip_prefix("macro").filter(|rest| rest.starts_with(char::is_whitespace))
    else {
        return Err(problem(
            start.min(text.len())..first_line(text).max(start),
            "this macro file declares no macro",
            advice,
        ));
    };
    let signature_start = text.len() - signature.len();
    let (Some(open), Some(close)) = (text[signature_start..].find('{'), text.rfind('}')) else {
        return Err(problem(start..start + "macro".len(), "the macro has no body in braces", advice));
    };
    let open = signature_start + open;
    if close < open {
        return Err(problem(open..open + 1, "the body of the macro is not closed", "add `}` at its end"));
    }
    Ok(Parts {
        documentation: documentation.join("\n"),
        signature: signature_start..open,
        body: trimmed_range(text, open + 1..close),
    })
}

fn first_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn trimmed_range(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + inner.len() - inner.trim_start().len();
    start..(start + inner.trim().len())
}

fn declaration(text: &str, parts: &Parts, document: &mut MacroDocument) {
    let signature = &text[parts.signature.clone()];
    let lead = signature.len() - signature.trim_start().len();
    let name_start = parts.signature.start + lead;
    let name_length = signature[lead..].bytes().take_while(|byte| is_name_byte(*byte)).count();
    let name_range = name_start..name_start + name_length;
    let rest = signature[lead + name_length..].trim_start();
    let advice = "write `name(parameter: type, …)` with letters, digits and `_` in names";
    let inner = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let Some((list, tail)) = inner.filter(|_| name_length > 0) else {
        let message = "the declaration of the macro is not valid";
        document.findings.push(*problem(trimmed_range(text, parts.signature.clone()), message, advice));
        return;
    };
    let list_start = parts.signature.start + (signature.len() - rest.len()) + 1;
    let tail = tail.trim();
    if !tail.is_empty() && !tail.starts_with("->") {
        let end = parts.signature.start + signature.trim_end().len();
        let message = format!("'{tail}' after the parameters means nothing");
        document.findings.push(*problem(end - tail.len()..end, &message, "remove it, or write `-> type`"));
    }
    let mut parameters: Vec<MacroParameter> = Vec::new();
    let mut at = list_start;
    let no_parameters = list.trim().is_empty();
    for item in list.split(',').filter(|_| !no_parameters) {
        let range = trimmed_range(text, at..at + item.len());
        at += item.len() + 1;
        let (name, kind) = match item.split_once(':') {
            Some((name, kind)) => (name.trim(), kind.trim()),
            None => (item.trim(), "any"),
        };
        if name.is_empty() || !name.bytes().all(is_name_byte) {
            document.findings.push(*problem(range, &format!("'{name}' is not a parameter name"), advice));
            return;
        }
        if parameters.iter().any(|other| other.name == name) {
            document.findings.push(*problem(
                range,
                &format!("the parameter '{name}' appears twice"),
                "rename one",
            ));
            return;
        }
        let known = ParameterKind::of(kind);
        if known.is_none() {
            let words = super::KINDS.iter().map(|(word, _)| *word);
            let near = closest(kind, words)
                .map_or("use column, string, number, bool or expr".to_owned(), |near| {
                    format!("did you mean '{near}'?")
                });
            document.findings.push(*problem(range, &format!("'{kind}' is not a type of a parameter"), &near));
        }
        let kind = known.unwrap_or(ParameterKind::Any);
        parameters.push(MacroParameter { name: SmolStr::new(name), kind });
    }
    document.declared = Some(Macro {
        name: SmolStr::new(&text[name_range.clone()]),
        parameters,
        documentation: parts.documentation.clone(),
        body: text[parts.body.clone()].to_owned(),
        name_range: text_range(name_range),
        body_start: text_size(parts.body.start),
    });
}
