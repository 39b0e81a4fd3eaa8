//! One document as syntax alone: its text, its lines, its tree. Needs no project and waits for nobody.

use crate::Analysis;
use crate::macro_file::{MacroHead, read_macro};
use crate::toml_syntax::{TomlTree, parse_toml};
use rocky_compiler::base_db::{FilePath, line_index, source_text};
use rocky_compiler::hir::{ModelTree, macro_expansion, model_dialect, parsed_model};
use rocky_compiler::project::{layout, split_frontmatter};
use rocky_compiler::syntax::dsl::parse_dsl;
use rocky_compiler::syntax::{
    DialectKind, LineIndex, NodeOrToken, SyntaxNode, SyntaxToken, TextRange, TextSize, WalkEvent, parse_sql,
};
use std::sync::Arc;

/// The language of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceLanguage {
    /// SQL of a dialect.
    Sql(DialectKind),
    /// The Rocky language.
    Rocky,
    /// TOML: `rocky.toml`, sidecars, contracts.
    Toml,
}

impl SourceLanguage {
    /// The language of a file name; `None` for files that are none of ours. The dialect is not known yet.
    pub fn of_path(path: &str) -> Option<SourceLanguage> {
        match path.rsplit_once('.')?.1 {
            "sql" | "sql-macro" => Some(SourceLanguage::Sql(DialectKind::Permissive)),
            "rocky" => Some(SourceLanguage::Rocky),
            "toml" => Some(SourceLanguage::Toml),
            _ => None,
        }
    }
}

/// Where the `---toml … ---` block of a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FrontmatterBlock {
    /// With both its lines.
    pub(crate) whole: TextRange,
    /// The TOML between them.
    pub(crate) toml: TextRange,
}

/// A document as syntax: what folding, selection, tokens and the like are computed from.
pub struct SyntaxDocument {
    pub(crate) text: Arc<str>,
    pub(crate) lines: Arc<LineIndex>,
    pub(crate) language: SourceLanguage,
    /// The tree of the query; none in a TOML document. The frontmatter block is blank in it.
    pub(crate) query: Option<SyntaxNode>,
    /// The TOML of the document or of its frontmatter block.
    pub(crate) toml: Option<TomlTree>,
    pub(crate) frontmatter: Option<FrontmatterBlock>,
    /// The declaration, in a file of a macro; the tree is that of the body.
    pub(crate) macro_head: Option<MacroHead>,
}

impl SyntaxDocument {
    /// Reads a text that belongs to no project.
    pub fn new(text: Arc<str>, language: SourceLanguage) -> SyntaxDocument {
        let lines = Arc::new(LineIndex::new(&text));
        SyntaxDocument::with_tree(text, lines, language, None)
    }

    /// Another text in the same language.
    pub fn with_text(&self, text: Arc<str>) -> SyntaxDocument {
        SyntaxDocument::new(text, self.language)
    }

    /// A file of a project; `None` when the project does not know it or it is in none of our languages.
    pub(crate) fn of(analysis: &Analysis, path: &FilePath) -> Option<SyntaxDocument> {
        let db = analysis.db();
        let file = analysis.host().file(path)?;
        let mut language = SourceLanguage::of_path(path.file_name())?;
        let text = source_text(db, file).text.clone();
        let mut tree = None;
        let mut macro_head = None;
        if analysis.host().model_at(path).is_some() {
            if let SourceLanguage::Sql(dialect) = &mut language {
                *dialect = model_dialect(db, file);
            }
            // With macros expanded, the tree's offsets are not those of the file.
            if macro_expansion(db, file).is_none() {
                tree = Some(match parsed_model(db, file) {
                    ModelTree::Sql(parse) => parse.syntax(),
                    ModelTree::Rocky(parse) => parse.syntax(),
                });
            }
        }
        let is_macro = || layout(db, analysis.host().project()).macros.contains(&file);
        if let SourceLanguage::Sql(dialect) = language
            && tree.is_none()
            && is_macro()
            && let Some((head, body)) = read_macro(&text, path.extension() == Some("sql-macro"))
        {
            tree = Some(parse_sql(&body, dialect).syntax());
            macro_head = Some(head);
        }
        let document = SyntaxDocument::with_tree(text, line_index(db, file).clone(), language, tree);
        Some(SyntaxDocument { macro_head, ..document })
    }

    fn with_tree(
        text: Arc<str>,
        lines: Arc<LineIndex>,
        language: SourceLanguage,
        tree: Option<SyntaxNode>,
    ) -> SyntaxDocument {
        let mut document = SyntaxDocument {
            text,
            lines,
            language,
            query: None,
            toml: None,
            frontmatter: None,
            macro_head: None,
        };
        if language == SourceLanguage::Toml {
            document.toml = Some(parse_toml(&document.text, document.whole()));
            return document;
        }
        document.frontmatter = find_frontmatter(&document.text);
        document.toml = document.frontmatter.map(|block| parse_toml(&document.text, block.toml));
        document.query = Some(tree.unwrap_or_else(|| document.parse()));
        document
    }

    fn parse(&self) -> SyntaxNode {
        let blanked = self.frontmatter.map(|block| blanked(&self.text, block.whole));
        let text = blanked.as_deref().unwrap_or(&self.text);
        match self.language {
            SourceLanguage::Sql(dialect) => parse_sql(text, dialect).syntax(),
            SourceLanguage::Rocky | SourceLanguage::Toml => parse_dsl(text).syntax(),
        }
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Its lines.
    pub fn line_index(&self) -> &Arc<LineIndex> {
        &self.lines
    }

    /// The range of the whole text.
    pub(crate) fn whole(&self) -> TextRange {
        TextRange::up_to(TextSize::of(&*self.text))
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: TextRange) -> &str {
        self.text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
    }

    /// The tokens of the query, in order.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = SyntaxToken> {
        self.query.iter().flat_map(tokens_of)
    }

    /// The TOML tree, if the offset stands in TOML.
    pub(crate) fn toml_at(&self, offset: TextSize) -> Option<&TomlTree> {
        self.toml.as_ref().filter(|tree| tree.range.contains_inclusive(offset))
    }

    /// An offset that lies in the text, between two characters.
    pub(crate) fn clamp(&self, offset: TextSize) -> TextSize {
        let mut at = usize::from(offset).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        TextSize::new(at as u32)
    }

    /// The line of an offset, without its line end.
    pub(crate) fn line_at(&self, offset: TextSize) -> TextRange {
        let line = self.lines.line_range(self.lines.line_col(offset).line);
        let written = self.slice(line).trim_end_matches(['\n', '\r']);
        TextRange::at(line.start(), TextSize::of(written))
    }

    /// Whether only blanks stand before an offset in its line.
    pub(crate) fn begins_line(&self, offset: TextSize) -> bool {
        let line = self.line_at(offset);
        self.slice(TextRange::new(line.start(), offset.max(line.start()))).trim().is_empty()
    }
}

/// The tokens of a node, in order.
pub(crate) fn tokens_of(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.preorder_with_tokens().filter_map(|event| match event {
        WalkEvent::Enter(NodeOrToken::Token(token)) => Some(token),
        _ => None,
    })
}

/// The range of a node without blanks and comments at its ends; `None` when nothing else is in it.
pub(crate) fn significant_range(node: &SyntaxNode) -> Option<TextRange> {
    let within = node.text_range();
    let inside = |token: &SyntaxToken| within.contains_range(token.text_range());
    let forward = std::iter::successors(node.first_token(), SyntaxToken::next_token).take_while(inside);
    let backward = std::iter::successors(node.last_token(), SyntaxToken::prev_token).take_while(inside);
    let first = forward.into_iter().find(|token| !token.kind().is_trivia())?;
    let last = backward.into_iter().find(|token| !token.kind().is_trivia())?;
    Some(first.text_range().cover(last.text_range()))
}

fn find_frontmatter(text: &str) -> Option<FrontmatterBlock> {
    let parts = split_frontmatter(text)?;
    let opening = text.find("---")?;
    let size = |offset: usize| TextSize::new(offset.min(text.len()) as u32);
    let end = opening + text[opening..parts.body.start].trim_end().len();
    let toml = TextRange::new(size(parts.toml.start), size(parts.toml.end.max(parts.toml.start)));
    let whole = TextRange::new(size(opening), size(end)).cover(toml);
    let end = opening + text[opening..usize::from(whole.end())].trim_end().len();
    Some(FrontmatterBlock { whole: TextRange::new(whole.start(), size(end).max(toml.start())), toml })
}

/// The text with blanks instead of a range; offsets and lines stay what they are.
fn blanked(text: &str, range: TextRange) -> String {
    let range = std::ops::Range::<usize>::from(range);
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..range.start]);
    for character in text[range.clone()].chars() {
        match character {
            '\n' | '\r' => out.push(character),
            other => out.extend(std::iter::repeat_n(' ', other.len_utf8())),
        }
    }
    out.push_str(&text[range.end..]);
    out
}
