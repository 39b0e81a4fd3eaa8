//! What can be folded away.

use crate::SyntaxDocument;
use crate::syntax_document::significant_range;
use crate::toml_syntax::{TomlKind, TomlNode};
use rocky_compiler::syntax::dsl::ast::AnyStep;
use rocky_compiler::syntax::{
    AstNode as _, NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize, WalkEvent,
};
use std::cmp::Reverse;

/// What folds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldingKind {
    /// Code.
    Code,
    /// Comments.
    Comment,
    /// A frontmatter block, or what stands between `-- region` and `-- endregion`.
    Region,
}

/// A piece that can be folded away. Two of them are disjoint or one is inside the other, as ranges and as
/// lines, and no two begin on the same line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldingRange {
    /// What is hidden by an editor that can hide parts of lines.
    pub range: TextRange,
    /// The line that stays visible.
    pub first_line: u32,
    /// The last line to hide for editors that only hide whole lines: nothing else stands on it.
    pub last_line: u32,
    /// What it is.
    pub kind: FoldingKind,
}

/// Which of two folds that begin on one line is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    /// Brackets of a list, `case`, a long text.
    Detail,
    /// A clause, a step.
    Clause,
    /// The brackets of a query or of a step's block.
    Block,
    /// What the writer marked as belonging together.
    Marked,
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    range: TextRange,
    kind: FoldingKind,
    rank: Rank,
}

impl SyntaxDocument {
    /// What can be folded, from the start of the text to its end.
    pub fn folding_ranges(&self) -> Vec<FoldingRange> {
        let mut folds = Folds { document: self, found: Vec::new(), marks: Marks::default() };
        if let Some(block) = self.frontmatter {
            let start = self.line_at(block.whole.start()).end().min(block.whole.end());
            folds.add(TextRange::new(start, block.whole.end()), FoldingKind::Region, Rank::Block);
        }
        if let Some(head) = &self.macro_head {
            let start = self.line_at(head.body.start()).end().min(head.body.end());
            folds.add(TextRange::new(start, head.body.end()), FoldingKind::Code, Rank::Block);
            if let Some(list) = head.list {
                folds.add(list, FoldingKind::Code, Rank::Block);
            }
        }
        if let Some(tree) = &self.toml {
            for node in &tree.nodes {
                folds.toml(node);
            }
            folds.toml_comments(&tree.nodes);
        }
        if let Some(root) = &self.query {
            folds.nodes(root);
            folds.comments();
        }
        folds.finish()
    }
}

struct Folds<'a> {
    document: &'a SyntaxDocument,
    found: Vec<Candidate>,
    marks: Marks,
}

impl Folds<'_> {
    fn add(&mut self, range: TextRange, kind: FoldingKind, rank: Rank) {
        self.found.push(Candidate { range, kind, rank });
    }

    fn nodes(&mut self, root: &SyntaxNode) {
        for event in root.preorder_with_tokens() {
            match event {
                WalkEvent::Enter(NodeOrToken::Node(node)) => {
                    self.brackets(&node);
                    self.clause(&node);
                }
                WalkEvent::Enter(NodeOrToken::Token(token)) => self.long_token(&token),
                WalkEvent::Leave(_) => {}
            }
        }
    }

    /// What stands between brackets, and between `case` and `end`, that are direct parts of a node.
    fn brackets(&mut self, node: &SyntaxNode) {
        let mut open: Vec<(SyntaxKind, TextSize)> = Vec::new();
        let mut holds_query = false;
        for child in node.children_with_tokens() {
            let token = match child {
                NodeOrToken::Node(node) => {
                    holds_query |= node.kind() == SyntaxKind::QUERY;
                    continue;
                }
                NodeOrToken::Token(token) => token,
            };
            let opening = match token.kind() {
                SyntaxKind::L_PAREN | SyntaxKind::L_BRACKET | SyntaxKind::L_BRACE | SyntaxKind::CASE_KW => {
                    open.push((token.kind(), token.text_range().end()));
                    continue;
                }
                SyntaxKind::R_PAREN => SyntaxKind::L_PAREN,
                SyntaxKind::R_BRACKET => SyntaxKind::L_BRACKET,
                SyntaxKind::R_BRACE => SyntaxKind::L_BRACE,
                SyntaxKind::END_KW => SyntaxKind::CASE_KW,
                _ => continue,
            };
            if open.last().is_none_or(|(kind, _)| *kind != opening) {
                continue;
            }
            let Some((_, start)) = open.pop() else { continue };
            let is_block = holds_query
                || matches!(node.kind(), SyntaxKind::ENTRY_BLOCK | SyntaxKind::KEEP_BLOCK)
                || node.kind() == SyntaxKind::SELECT_STEP;
            let rank = if is_block { Rank::Block } else { Rank::Detail };
            self.add(TextRange::new(start, token.text_range().start()), FoldingKind::Code, rank);
        }
    }

    fn clause(&mut self, node: &SyntaxNode) {
        if !is_clause(node.kind()) {
            return;
        }
        let Some(range) = significant_range(node) else { return };
        let first = node.first_token().filter(|token| !token.kind().is_trivia());
        let start = first.map_or(range.start(), |token| token.text_range().end()).min(range.end());
        self.add(TextRange::new(start, range.end()), FoldingKind::Code, Rank::Clause);
    }

    fn long_token(&mut self, token: &SyntaxToken) {
        let range = token.text_range();
        match token.kind() {
            SyntaxKind::BLOCK_COMMENT | SyntaxKind::JINJA_COMMENT => {
                self.add(range, FoldingKind::Comment, Rank::Detail);
            }
            SyntaxKind::STRING | SyntaxKind::JINJA_ISLAND | SyntaxKind::ERROR_TOKEN => {
                self.add(range, FoldingKind::Code, Rank::Detail);
            }
            SyntaxKind::JINJA_STATEMENT => {
                self.add(range, FoldingKind::Code, Rank::Detail);
                self.marks.statement(token);
            }
            _ => {}
        }
    }

    /// Runs of line comments, and regions.
    fn comments(&mut self) {
        let mut run: Option<TextRange> = None;
        let mut runs = Vec::new();
        for token in self.document.tokens() {
            let text = token.text();
            let continues = match token.kind() {
                SyntaxKind::WHITESPACE => text.matches('\n').count() <= 1,
                SyntaxKind::LINE_COMMENT if self.document.begins_line(token.text_range().start()) => {
                    let range = TextRange::at(token.text_range().start(), TextSize::of(text.trim_end()));
                    if self.marks.comment(text, range) {
                        false
                    } else {
                        run = Some(run.map_or(range, |known| known.cover(range)));
                        true
                    }
                }
                _ => false,
            };
            if !continues {
                runs.extend(run.take());
            }
        }
        runs.extend(run);
        for run in runs {
            self.add(run, FoldingKind::Comment, Rank::Detail);
        }
    }

    fn toml(&mut self, node: &TomlNode) {
        match node.kind {
            TomlKind::Table => {
                let header = node.children.first().map_or(node.range.start(), |header| header.range.end());
                let range = TextRange::new(header.min(node.range.end()), node.range.end());
                self.add(range, FoldingKind::Code, Rank::Clause);
                self.toml_comments(&node.children);
            }
            TomlKind::Array | TomlKind::InlineTable | TomlKind::Text => {
                if let Some(inside) = node.inside() {
                    self.add(inside, FoldingKind::Code, Rank::Detail);
                }
                self.toml_comments(&node.children);
            }
            _ => {}
        }
        for child in &node.children {
            self.toml(child);
        }
    }

    fn toml_comments(&mut self, nodes: &[TomlNode]) {
        let mut run: Option<TextRange> = None;
        let mut runs = Vec::new();
        for node in nodes {
            let own_line = node.kind == TomlKind::Comment && self.document.begins_line(node.range.start());
            let text = self.document.slice(node.range);
            if !own_line || self.marks.comment(text, node.range) {
                runs.extend(run.take());
                continue;
            }
            let touches = |run: &TextRange| {
                let between = TextRange::new(run.end(), node.range.start());
                self.document.slice(between).matches('\n').count() <= 1
            };
            if run.as_ref().is_some_and(|run| !touches(run)) {
                runs.extend(run.take());
            }
            run = Some(run.map_or(node.range, |run| run.cover(node.range)));
        }
        runs.extend(run);
        for run in runs {
            self.add(run, FoldingKind::Comment, Rank::Detail);
        }
    }

    fn finish(self) -> Vec<FoldingRange> {
        let Folds { document, mut found, marks } = self;
        found.sort_by_key(|fold| (fold.range.start(), Reverse(fold.range.end())));
        let marked = marks.that_cross_none_of(&found);
        found.extend(marked);
        found.sort_by_key(|fold| (fold.range.start(), Reverse(fold.range.end())));
        let mut folds: Vec<(FoldingRange, Rank)> = Vec::new();
        for Candidate { range, kind, rank } in found {
            let first_line = document.lines.line_col(range.start()).line;
            let end = document.lines.line_col(range.end()).line;
            let last_line = if ends_line(document, range.end()) { end } else { end.saturating_sub(1) };
            if last_line <= first_line {
                continue;
            }
            let fold = FoldingRange { range, first_line, last_line, kind };
            // Sorted by start: folds of one line come one after another, the longest first.
            match folds.last_mut() {
                Some((known, known_rank)) if known.first_line == first_line => {
                    if rank > *known_rank {
                        (*known, *known_rank) = (fold, rank);
                    }
                }
                _ => folds.push((fold, rank)),
            }
        }
        folds.into_iter().map(|(fold, _)| fold).collect()
    }
}

/// Whether nothing but a comment follows in the line.
fn ends_line(document: &SyntaxDocument, offset: TextSize) -> bool {
    let line = document.line_at(offset);
    let rest = document.slice(TextRange::new(offset.min(line.end()), line.end())).trim();
    let is_toml = document.toml_at(offset).is_some();
    rest.is_empty() || rest.starts_with(if is_toml { "#" } else { "--" }) || matches!(rest, "," | ";")
}

/// Whether a comment begins (`region`) or ends (`endregion`) a region.
pub(crate) fn region_mark(comment: &str) -> Option<bool> {
    let words = comment.trim_start_matches(['-', '#', '/']).trim_start();
    match words.split_whitespace().next()?.to_ascii_lowercase().as_str() {
        "region" | "#region" => Some(true),
        "endregion" | "#endregion" => Some(false),
        _ => None,
    }
}

fn is_clause(kind: SyntaxKind) -> bool {
    use SyntaxKind::*;
    AnyStep::can_cast(kind)
        || matches!(
            kind,
            SELECT_CLAUSE
                | FROM_CLAUSE
                | JOIN
                | WHERE_CLAUSE
                | CONNECT_BY_CLAUSE
                | GROUP_BY_CLAUSE
                | HAVING_CLAUSE
                | WINDOW_CLAUSE
                | QUALIFY_CLAUSE
                | ORDER_BY_CLAUSE
                | SORT_BY_CLAUSE
                | LATERAL_VIEW
                | VALUES_BODY
                | WHEN_ARM
                | ELSE_ARM
                | PIPE_STEP
                | MEASURES_CLAUSE
                | DEFINE_CLAUSE
                | OTHER_STATEMENT
                | LET_BINDING
                | MATCH_ARM
        )
}

/// What the writer put marks around: `-- region` … `-- endregion`, `{% if %}` … `{% endif %}`.
#[derive(Default)]
struct Marks {
    found: Vec<Mark>,
}

struct Mark {
    range: TextRange,
    /// `region`, or the word of a template's statement.
    word: String,
    opens: bool,
    kind: FoldingKind,
}

/// Marks are few and shallow; what is nested deeper than this is no longer looked for.
const MARK_DEPTH: usize = 64;

impl Marks {
    /// Takes a comment that marks a region; whether it does.
    fn comment(&mut self, text: &str, range: TextRange) -> bool {
        let Some(opens) = region_mark(text) else { return false };
        self.found.push(Mark { range, word: "region".to_owned(), opens, kind: FoldingKind::Region });
        true
    }

    fn statement(&mut self, token: &SyntaxToken) {
        let inside = token.text().trim_start_matches(['{', '%', '-', '+']).trim_start();
        let word = inside.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let (word, opens) = word.strip_prefix("end").map_or((word, true), |word| (word, false));
        let is_block = matches!(
            word,
            "if" | "for"
                | "macro"
                | "call"
                | "filter"
                | "block"
                | "raw"
                | "snapshot"
                | "test"
                | "materialization"
        );
        if is_block {
            let (range, word) = (token.text_range(), word.to_owned());
            self.found.push(Mark { range, word, opens, kind: FoldingKind::Code });
        }
    }

    /// The marked ranges, properly nested.
    fn pairs(mut self) -> Vec<Candidate> {
        self.found.sort_by_key(|mark| mark.range.start());
        let mut open: Vec<Mark> = Vec::new();
        let mut pairs = Vec::new();
        for mark in self.found {
            if mark.opens {
                open.push(mark);
                continue;
            }
            let from = open.len().saturating_sub(MARK_DEPTH);
            let Some(at) = open[from..].iter().rposition(|known| known.word == mark.word) else { continue };
            let opening = open[from + at].range;
            open.truncate(from + at);
            let range = match mark.kind {
                FoldingKind::Region => opening.cover(mark.range),
                _ => TextRange::new(opening.end(), mark.range.start()),
            };
            pairs.push(Candidate { range, kind: mark.kind, rank: Rank::Marked });
        }
        pairs
    }

    /// The marked ranges that cut none of the folds, which are sorted and nested: those that begin and
    /// end inside the same one.
    fn that_cross_none_of(self, folds: &[Candidate]) -> Vec<Candidate> {
        let pairs = self.pairs();
        let mut points: Vec<(TextSize, bool, usize)> = Vec::new();
        for (index, pair) in pairs.iter().enumerate() {
            points.push((pair.range.start(), true, index));
            points.push((pair.range.end(), false, index));
        }
        points.sort_unstable();
        let mut owners = vec![[None; 2]; pairs.len()];
        let mut inside: Vec<usize> = Vec::new();
        let mut next = 0;
        for (offset, is_start, index) in points {
            // A fold that begins where a marked range ends is behind it; one that ends where it begins
            // is before it.
            let begun =
                |fold: &Candidate| fold.range.start() < offset || (is_start && fold.range.start() == offset);
            while folds.get(next).is_some_and(begun) {
                while inside.last().is_some_and(|open| folds[*open].range.end() <= folds[next].range.start())
                {
                    inside.pop();
                }
                inside.push(next);
                next += 1;
            }
            let over = |open: usize| {
                let end = folds[open].range.end();
                end < offset || (is_start && end == offset)
            };
            while inside.last().is_some_and(|open| over(*open)) {
                inside.pop();
            }
            owners[index][usize::from(!is_start)] = inside.last().copied();
        }
        let kept = pairs.into_iter().zip(owners).filter(|(_, [start, end])| start == end);
        kept.map(|(pair, _)| pair).collect()
    }
}
