//! What the Enter key does: goes on with comments, indents after what opens something.

use crate::SyntaxDocument;
use crate::toml_syntax::{TomlKind, TomlNode};
use rocky_compiler::syntax::{SyntaxKind, SyntaxToken, TextRange, TextSize};

/// What Enter changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnEnter {
    /// What is replaced: the cursor's place and the blanks around it.
    pub range: TextRange,
    /// What stands there afterwards.
    pub new_text: String,
    /// Where the cursor is afterwards, in bytes from the start of `new_text`.
    pub cursor: usize,
}

impl SyntaxDocument {
    /// What Enter does at an offset; `None` where it is a plain line end, inside of texts. `indent` is one
    /// level of indentation.
    pub fn on_enter(&self, offset: TextSize, indent: &str) -> Option<OnEnter> {
        let offset = self.clamp(offset);
        let line = self.line_at(offset);
        let before = self.slice(TextRange::new(line.start(), offset.min(line.end())));
        let after = self.slice(TextRange::new(offset.min(line.end()), line.end()));
        let enter = Enter { document: self, offset, before, after, indent };
        match enter.place() {
            Place::Text => None,
            Place::LineComment { start, mark } => Some(enter.in_line_comment(start, mark)),
            Place::BlockComment { start } => Some(enter.in_block_comment(start)),
            Place::Code { last } => Some(enter.in_code(last)),
        }
    }
}

/// Where the cursor is.
enum Place {
    /// Inside of a text literal or a template, whose line ends are its own.
    Text,
    /// Inside of a comment that ends with its line.
    LineComment { start: TextSize, mark: &'static str },
    /// Inside of a comment with two ends.
    BlockComment { start: TextSize },
    /// Anywhere else; the last thing before the cursor, if it is in the cursor's line.
    Code { last: Option<Last> },
}

/// The last thing in the line before the cursor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// An opening bracket.
    Opens,
    /// A word after which something has to follow: `case`, `then`, `select`.
    Continues,
    /// A comma.
    Comma,
    /// Anything else.
    Other,
}

struct Enter<'a> {
    document: &'a SyntaxDocument,
    offset: TextSize,
    /// The line before the cursor.
    before: &'a str,
    /// The line after it.
    after: &'a str,
    indent: &'a str,
}

impl Enter<'_> {
    fn place(&self) -> Place {
        if let Some(tree) = self.document.toml_at(self.offset) {
            return self.toml_place(&tree.nodes);
        }
        let Some(root) = &self.document.query else { return Place::Code { last: None } };
        if self.offset > root.text_range().end() {
            return Place::Code { last: None };
        }
        let Some(token) = root.token_at_offset(self.offset).left_biased() else {
            return Place::Code { last: None };
        };
        let range = token.text_range();
        let is_inside = range.start() < self.offset && self.offset < range.end();
        match token.kind() {
            SyntaxKind::LINE_COMMENT if range.start() < self.offset => {
                let mark = ["--", "//", "#"].into_iter().find(|mark| token.text().starts_with(mark));
                let mark = mark.unwrap_or("--");
                if self.offset >= range.start() + TextSize::of(mark) {
                    Place::LineComment { start: range.start(), mark }
                } else {
                    Place::Code { last: None }
                }
            }
            SyntaxKind::BLOCK_COMMENT if is_inside || self.is_open_comment(&token) => {
                Place::BlockComment { start: range.start() }
            }
            SyntaxKind::STRING
            | SyntaxKind::BYTE_STRING
            | SyntaxKind::QUOTED_IDENT
            | SyntaxKind::JINJA_ISLAND
            | SyntaxKind::JINJA_STATEMENT
            | SyntaxKind::JINJA_COMMENT
                if is_inside =>
            {
                Place::Text
            }
            _ => Place::Code { last: self.last(token) },
        }
    }

    fn is_open_comment(&self, token: &SyntaxToken) -> bool {
        token.text_range().start() < self.offset
            && token.text().starts_with("/*")
            && !(token.text().len() >= 4 && token.text().ends_with("*/"))
    }

    fn last(&self, token: SyntaxToken) -> Option<Last> {
        let line_start = self.offset - TextSize::of(self.before);
        let backward = std::iter::successors(Some(token), SyntaxToken::prev_token);
        let mut before = backward.take_while(|token| token.text_range().end() > line_start);
        let token = before.find(|token| !token.kind().is_trivia())?;
        if token.text_range().end() > self.offset {
            return Some(Last::Other);
        }
        use SyntaxKind::*;
        Some(match token.kind() {
            L_PAREN | L_BRACKET | L_BRACE => Last::Opens,
            COMMA => Last::Comma,
            FAT_ARROW => Last::Continues,
            CASE_KW | WHEN_KW | THEN_KW | ELSE_KW | SELECT_KW | FROM_KW | WHERE_KW | HAVING_KW
            | QUALIFY_KW | WITH_KW | BY_KW | ON_KW | VALUES_KW | WINDOW_KW | USING_KW => Last::Continues,
            DISTINCT_KW if self.before.trim_start().to_ascii_lowercase().starts_with("select") => {
                Last::Continues
            }
            _ => Last::Other,
        })
    }

    fn toml_place(&self, nodes: &[TomlNode]) -> Place {
        let within = |node: &&TomlNode| node.range.start() < self.offset && self.offset <= node.range.end();
        let Some(node) = nodes.iter().rfind(within) else { return self.toml_code(None) };
        match node.kind {
            TomlKind::Comment => Place::LineComment { start: node.range.start(), mark: "#" },
            TomlKind::Text if node.inside().is_some_and(|inside| inside.contains_inclusive(self.offset)) => {
                if node.open > 1 || node.close > 0 {
                    Place::Text
                } else {
                    self.toml_code(None)
                }
            }
            TomlKind::Array | TomlKind::InlineTable => {
                let is_inside = node.inside().is_some_and(|inside| inside.contains_inclusive(self.offset));
                match self.toml_place(&node.children) {
                    Place::Code { .. } => self.toml_code(is_inside.then_some(node)),
                    place => place,
                }
            }
            _ => self.toml_place(&node.children),
        }
    }

    fn toml_code(&self, bracket: Option<&TomlNode>) -> Place {
        let written = self.before.trim_end();
        let last = match written.chars().next_back() {
            Some('[' | '{') if bracket.is_some() => Some(Last::Opens),
            Some(_) => Some(Last::Other),
            None => None,
        };
        Place::Code { last }
    }

    /// The blanks at the start of the line.
    fn leading(&self) -> &str {
        let line = self.before;
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The line end that the document uses.
    fn line_end(&self) -> &'static str {
        let before = &self.document.text[..usize::from(self.offset)];
        match before.rfind('\n').or_else(|| self.document.text.find('\n')) {
            Some(at) if self.document.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// Replaces the blanks around the cursor.
    fn replace(&self, text: String, cursor: usize) -> OnEnter {
        let kept = TextSize::of(self.before) - TextSize::of(self.before.trim_end_matches([' ', '\t']));
        let eaten = TextSize::of(self.after) - TextSize::of(self.after.trim_start_matches([' ', '\t']));
        // Blanks are indentation when nothing stands before them: the empty line keeps none.
        OnEnter { range: TextRange::new(self.offset - kept, self.offset + eaten), new_text: text, cursor }
    }

    fn new_line(&self, start: &str) -> OnEnter {
        let text = format!("{}{start}", self.line_end());
        let cursor = text.len();
        self.replace(text, cursor)
    }

    fn in_line_comment(&self, start: TextSize, mark: &str) -> OnEnter {
        let leading = self.leading();
        let written = self.document.slice(TextRange::new(start, self.offset));
        let own_line = self.document.begins_line(start);
        let dashes = written.len() - written.trim_start_matches(mark).len();
        let body = &written[dashes.max(mark.len()).min(written.len())..];
        let splits = !self.after.trim().is_empty();
        if body.trim().is_empty() && !splits && own_line && self.is_continued(mark) {
            // Enter in an empty comment line that goes on from the one above ends the comment.
            let line = self.document.line_at(self.offset);
            let new_text = leading.to_owned();
            let cursor = new_text.len();
            return OnEnter { range: line, new_text, cursor };
        }
        if !own_line && !splits {
            return self.new_line(&self.deeper(leading, None));
        }
        let blanks = &body[..body.len() - body.trim_start_matches([' ', '\t']).len()];
        let blanks = if blanks.is_empty() || body.trim().is_empty() { " " } else { blanks };
        let indent = if own_line { leading.to_owned() } else { self.deeper(leading, None) };
        self.new_line(&format!("{indent}{mark}{blanks}"))
    }

    /// Whether the line above is a comment of this kind as well.
    fn is_continued(&self, mark: &str) -> bool {
        let start = usize::from(self.document.line_at(self.offset).start());
        let above = self.document.text[..start].lines().next_back().unwrap_or_default();
        above.trim_start().starts_with(mark)
    }

    fn in_block_comment(&self, start: TextSize) -> OnEnter {
        let leading = self.leading();
        let line = self.before.trim_start();
        let begins_here = self.document.line_at(start).start() == self.document.line_at(self.offset).start();
        if begins_here && self.document.begins_line(start) && line.starts_with("/*") {
            let starred = line.trim_end_matches(['*', '/', ' ']).is_empty();
            return self.new_line(&format!("{leading}{}", if starred { " * " } else { "   " }));
        }
        if !begins_here && line.starts_with('*') {
            return self.new_line(&format!("{leading}* "));
        }
        self.new_line(leading)
    }

    fn deeper(&self, leading: &str, last: Option<Last>) -> String {
        let starts_clause = || {
            let word: String = self.before.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
            matches!(
                word.to_ascii_lowercase().as_str(),
                "select" | "group" | "order" | "from" | "partition" | "values" | "sort" | "window"
            )
        };
        let indents = match last {
            Some(Last::Opens | Last::Continues) => true,
            Some(Last::Comma) => starts_clause(),
            Some(Last::Other) | None => false,
        };
        if indents { format!("{leading}{}", self.indent) } else { leading.to_owned() }
    }

    fn in_code(&self, last: Option<Last>) -> OnEnter {
        let leading = self.leading();
        let inner = self.deeper(leading, last);
        let rest = self.after.trim_start();
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let is_end = rest[..word].eq_ignore_ascii_case("end");
        if !is_end && !rest.starts_with([')', ']', '}']) {
            return self.new_line(&inner);
        }
        if last == Some(Last::Opens) {
            // Between two brackets: the closing one goes to a line of its own.
            let end = self.line_end();
            let text = format!("{end}{inner}{end}{leading}");
            let cursor = end.len() + inner.len();
            return self.replace(text, cursor);
        }
        // In front of a closing bracket, or of `end`: it stands where the line of its opening one begins.
        let at = self.offset + TextSize::of(self.after) - TextSize::of(self.after.trim_start());
        let open = self.document.pairs().into_iter().find(|pair| pair.close.start() == at);
        let line = open.map(|pair| self.document.line_at(pair.open.start()));
        let text = line.map_or("", |line| self.document.slice(line));
        let blanks = &text[..text.len() - text.trim_start_matches([' ', '\t']).len()];
        self.new_line(match open {
            Some(_) => blanks,
            None if is_end => &inner,
            None => leading,
        })
    }
}
