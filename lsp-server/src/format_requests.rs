//! Answers about layout: a document, a part of it, what follows a keystroke. The edits are as small as they can be,
//! so that carets and marks stay where they are.

use crate::position::PositionEncoding;
use crate::requests::View;
use crate::syntax_requests;
use rocky_format::{DialectKind, FormatError, Indent, Language, Options, Settings};
use rocky_ide::{Interrupted, LineIndex, SyntaxDocument, TextRange, TextSize};
use std::sync::Arc;
use tower_lsp::lsp_types::*;

/// The widest level of indentation that a client can ask for.
const WIDEST_INDENT: u32 = 16;

/// A document, what it is written in, and how its project wants it laid out.
struct Layout {
    text: Arc<str>,
    lines: LineIndex,
    language: Language,
    options: Options,
    encoding: PositionEncoding,
}

impl Layout {
    /// `None` when the document is of no kind that can be laid out.
    fn of(view: &View, uri: &Url, client: &FormattingOptions) -> Result<Option<Layout>, Interrupted> {
        let known = match &view.document {
            Some((snapshot, path)) => snapshot.run(|analysis| {
                let source = analysis.source(path)?;
                Some((source.text, analysis.format_settings(), analysis.sql_dialect(path)))
            })?,
            None => None,
        };
        let open = view.open.as_ref().map(|(_, text)| text.clone());
        let (settings, dialect) = known
            .as_ref()
            .map_or((Settings::default(), DialectKind::Permissive), |(_, settings, dialect)| {
                (*settings, *dialect)
            });
        // What the client shows counts.
        let Some(text) = open.or_else(|| known.map(|(text, _, _)| text)) else { return Ok(None) };
        let Some(language) = language(uri, dialect) else { return Ok(None) };
        let options = Options { indent: indent(&settings, client), ..settings.options() };
        let lines = LineIndex::new(&text);
        Ok(Some(Layout { text, lines, language, options, encoding: view.encoding }))
    }

    fn edits(&self, edits: Vec<rocky_format::TextEdit>) -> Option<Vec<TextEdit>> {
        let edits: Vec<TextEdit> = edits
            .into_iter()
            .map(|edit| TextEdit {
                range: self.encoding.range(&self.lines, edit.range),
                new_text: edit.new_text,
            })
            .collect();
        (!edits.is_empty()).then_some(edits)
    }

    /// Nothing for a text with errors, which the client shows anyway; an error for a defect of ours.
    fn answer(
        &self,
        edits: Result<Vec<rocky_format::TextEdit>, FormatError>,
    ) -> Result<Option<Vec<TextEdit>>, Interrupted> {
        match edits {
            Ok(edits) => Ok(self.edits(edits)),
            Err(FormatError::Syntax { .. }) => Ok(None),
            Err(error @ FormatError::Changed { .. }) => {
                let line = self.lines.line_col(error.offset()).line + 1;
                Err(Interrupted::Panicked(format!("line {line}: {error}")))
            }
        }
    }
}

fn language(uri: &Url, dialect: DialectKind) -> Option<Language> {
    let (_, ending) = uri.path().rsplit_once('.')?;
    match ending {
        "sql" => Some(Language::Sql(dialect)),
        "rocky" => Some(Language::Rocky),
        "toml" => Some(Language::Toml),
        _ => None,
    }
}

/// The project's indentation; where it has none, the client's.
fn indent(settings: &Settings, client: &FormattingOptions) -> Indent {
    let spaces = u8::try_from(client.tab_size.clamp(1, WIDEST_INDENT)).unwrap_or(4);
    settings.indent.unwrap_or(if client.insert_spaces { Indent::Spaces(spaces) } else { Indent::Tab })
}

/// A whole document.
pub(crate) fn document(
    view: &View,
    uri: &Url,
    client: &FormattingOptions,
) -> Result<Option<Vec<TextEdit>>, Interrupted> {
    let Some(layout) = Layout::of(view, uri, client)? else { return Ok(None) };
    layout.answer(rocky_format::format_edits(&layout.text, layout.language, &layout.options, None))
}

/// The lines of a range.
pub(crate) fn range(
    view: &View,
    uri: &Url,
    range: Range,
    client: &FormattingOptions,
) -> Result<Option<Vec<TextEdit>>, Interrupted> {
    let Some(layout) = Layout::of(view, uri, client)? else { return Ok(None) };
    let range = layout.encoding.text_range(&layout.lines, &layout.text, range);
    layout.answer(rocky_format::format_edits(&layout.text, layout.language, &layout.options, Some(range)))
}

/// The indentation of the line at `offset`, whose line end was typed just now: what Enter would have given it.
fn after_line_end(
    layout: &Layout,
    document: &SyntaxDocument,
    offset: TextSize,
) -> Option<Vec<rocky_format::TextEdit>> {
    let text = &layout.text;
    let start = text[..usize::from(offset)].rfind('\n')? + 1;
    let before = &text[..start - 1];
    let line_end = before.strip_suffix('\r').unwrap_or(before).len();
    let rest = &text[start..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let joined: Arc<str> = Arc::from(format!("{}{}", &text[..line_end], &rest[blank..]));
    let mut level = String::new();
    match layout.options.indent {
        Indent::Spaces(count) => level.extend(std::iter::repeat_n(' ', usize::from(count))),
        Indent::Tab => level.push('\t'),
    }
    let before = document.with_text(joined);
    let enter = before.on_enter(TextSize::try_from(line_end).ok()?, &level)?;
    // Lines never break under the caret: between two brackets the closing one is what the line starts with.
    let line = enter.new_text.rsplit_once('\n')?.1;
    if &rest[..blank] == line {
        return None;
    }
    let range = TextRange::at(TextSize::try_from(start).ok()?, TextSize::try_from(blank).ok()?);
    Some(vec![rocky_format::TextEdit::replace(range, line)])
}

/// What follows a line end, a `}` or a comma.
pub(crate) fn on_type(
    view: &View,
    uri: &Url,
    position: Position,
    typed: &str,
    client: &FormattingOptions,
) -> Result<Option<Vec<TextEdit>>, Interrupted> {
    let Some(layout) = Layout::of(view, uri, client)? else { return Ok(None) };
    let Some(typed) = typed.chars().next() else { return Ok(None) };
    let offset = layout.encoding.offset(&layout.lines, &layout.text, position);
    if typed == '\n' {
        let edits = syntax_requests::on_syntax(view, |document| after_line_end(&layout, document, offset))?;
        return Ok(edits.and_then(|edits| layout.edits(edits)));
    }
    let edits =
        rocky_format::edits_after_typing(&layout.text, layout.language, &layout.options, offset, typed);
    Ok(layout.edits(edits))
}
