//! What one file says, computed without a database: the only place where a model's text becomes facts.

use crate::body::{Body, Ident};
use crate::lower::{body_digest, lower_tree};
use crate::model_text::ModelText;
use crate::references::relation_references;
use rocky_base_db::{Digest, DigestWriter, Severity};
use rocky_store::Stored;
use rocky_syntax::dsl::{self, dsl_references, lint_dsl, validate_dsl};
use rocky_syntax::sql::{self, validate_sql, validates_silently};
use rocky_syntax::{
    AstNode as _, Correction, DialectKind, Parse, SyntaxError, SyntaxKind, TextRange, TextSize,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Which language a model is written in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Language {
    /// SQL
    Sql,
    /// The Rocky pipeline language.
    Rocky,
}

/// The tree of a model.
#[derive(Clone, Debug)]
pub enum ModelTree {
    /// Of an SQL model.
    Sql(Parse<sql::ast::SqlFile>),
    /// Of a Rocky model.
    Rocky(Parse<dsl::ast::DslFile>),
}

/// What other models' queries may know of a model's text. No offsets.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ModelHeader {
    /// Names of relations it reads from outside itself, in order of first appearance, each once.
    pub references: Vec<Vec<Ident>>,
    /// Whether `@start_date` stands in it, outside strings and comments.
    pub start_date: bool,
    /// Whether `@end_date` stands in it, outside strings and comments.
    pub end_date: bool,
    /// Whether macro calls are left in it that could not be expanded.
    pub macro_calls: bool,
    /// Whether its text is broken: then its columns are not known.
    pub broken: bool,
}

/// A finding about the text of one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SyntaxFinding {
    /// Its code.
    pub code: SmolStr,
    /// How bad it is.
    pub severity: Severity,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<FindingFix>,
}

/// A change of a model's text that mends a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FindingFix {
    /// What it does, in the imperative.
    pub title: String,
    /// First byte, byte after the last, and what stands there afterwards; sorted.
    pub edits: Vec<(u32, u32, String)>,
    /// Whether it may be applied unseen.
    pub is_safe: bool,
}

impl From<&Correction> for FindingFix {
    fn from(correction: &Correction) -> FindingFix {
        let edits = correction.edits.iter();
        let edits = edits
            .map(|edit| (edit.range.start().into(), edit.range.end().into(), edit.new_text.clone()))
            .collect();
        FindingFix { title: correction.title.clone(), edits, is_safe: correction.is_safe }
    }
}

impl SyntaxFinding {
    /// Where it is.
    pub fn range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.start), TextSize::new(self.end.max(self.start)))
    }
}

/// Everything that is computed from a file's text alone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileSummary {
    /// What it reads.
    pub header: ModelHeader,
    /// Digest of what it means, see [`body_digest`].
    pub body_digest: Digest,
    /// What is wrong with its text.
    pub findings: Vec<SyntaxFinding>,
    /// What lint rules have to say, in ranges of the text as it is written; their levels are not decided yet.
    pub lint: Vec<SyntaxFinding>,
    /// The `let` bindings of a Rocky model.
    pub bindings: Vec<LetName>,
}

impl FileSummary {
    /// What is known of a text that cannot be read.
    pub(crate) fn broken() -> FileSummary {
        FileSummary {
            header: ModelHeader { broken: true, ..ModelHeader::default() },
            body_digest: Digest::ZERO,
            findings: Vec::new(),
            lint: Vec::new(),
            bindings: Vec::new(),
        }
    }
}

/// The name of a `let` binding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LetName {
    /// The name as written.
    pub name: SmolStr,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl LetName {
    /// Where it is.
    pub fn range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.start), TextSize::new(self.end.max(self.start)))
    }
}

/// The row of [`FileSummary`].
pub(crate) struct FileSummaryRow;

/// Everything a summary is computed from.
#[derive(Serialize, Debug)]
pub(crate) struct FileSummaryKey {
    /// Its language.
    pub(crate) language: Language,
    /// Name of the dialect.
    pub(crate) dialect: &'static str,
    /// Digest of the text, macros expanded, frontmatter blanked.
    pub(crate) text: Digest,
    /// Digest of the lint rules that are on, and of the text as it is written.
    pub(crate) lint: Digest,
}

impl Stored for FileSummaryRow {
    type Key<'a> = FileSummaryKey;
    type Value = FileSummary;
    const NAME: &'static str = "file_summary";
    const VERSION: u32 = 5;
}

/// Parses a model's text.
pub fn parse_model(text: &str, language: Language, dialect: DialectKind) -> ModelTree {
    match language {
        Language::Sql => ModelTree::Sql(rocky_syntax::parse_sql(text, dialect)),
        Language::Rocky => ModelTree::Rocky(dsl::parse_dsl(text)),
    }
}

/// Summarises a model's text.
pub fn summarize(text: &ModelText<'_>) -> FileSummary {
    match text.language {
        Language::Sql => summarize_sql(text),
        Language::Rocky => summarize_rocky(text),
    }
}

fn summarize_sql(text: &ModelText<'_>) -> FileSummary {
    let flat = text.flat();
    let (body, _) = lower_tree(&flat.tree, text.dialect);
    let validated = match text.tree_if(!validates_silently(&flat.tree, text.dialect)) {
        Some(ModelTree::Sql(parse)) => validate_sql(&parse.tree(), text.dialect),
        _ => Vec::new(),
    };
    let findings = findings(flat.errors.iter().chain(&validated));
    let references = distinct(relation_references(&body).into_iter().map(|found| found.path));
    let (start_date, end_date) = placeholders(&body);
    let macro_calls =
        body.incomplete && flat.tree.elements().any(|element| element.kind() == SyntaxKind::MACRO_CALL);
    FileSummary {
        header: ModelHeader { references, start_date, end_date, macro_calls, broken: is_broken(&findings) },
        body_digest: body_digest(&body),
        findings,
        lint: Vec::new(),
        bindings: Vec::new(),
    }
}

fn summarize_rocky(text: &ModelText<'_>) -> FileSummary {
    let ModelTree::Rocky(parse) = text.tree() else { return FileSummary::broken() };
    let file = parse.tree();
    let mut findings = findings(parse.errors().iter().chain(&validate_dsl(&file)));
    findings.extend(lint_dsl(&file).iter().map(SyntaxFinding::from));
    sort(&mut findings);
    let references = distinct(
        dsl_references(&file)
            .into_iter()
            .map(|found| found.parts.iter().map(|part| Ident::new(part)).collect()),
    );
    FileSummary {
        header: ModelHeader { references, broken: is_broken(&findings), ..ModelHeader::default() },
        body_digest: token_digest(parse.syntax()),
        findings,
        lint: Vec::new(),
        bindings: let_names(&file),
    }
}

fn let_names(file: &dsl::ast::DslFile) -> Vec<LetName> {
    let names = file.items().filter_map(|item| match item {
        dsl::ast::AnyDslItem::LetBinding(binding) => binding.name(),
        dsl::ast::AnyDslItem::Pipeline(_) => None,
    });
    let place = |name: &dsl::ast::Name| name.syntax().first_token().map(|token| token.text_range());
    names
        .filter_map(|name| {
            let range = place(&name)?;
            Some(LetName {
                name: SmolStr::new(name.text()),
                start: range.start().into(),
                end: range.end().into(),
            })
        })
        .collect()
}

fn findings<'a>(errors: impl Iterator<Item = &'a SyntaxError>) -> Vec<SyntaxFinding> {
    let mut findings: Vec<SyntaxFinding> = errors
        .map(|error| SyntaxFinding {
            code: SmolStr::new_static(error.code),
            severity: severity_of(error.code),
            start: error.range.start().into(),
            end: error.range.end().into(),
            message: error.message.clone(),
            help: error.help.clone(),
            fix: error.correction.as_ref().map(FindingFix::from),
        })
        .collect();
    sort(&mut findings);
    findings
}

fn sort(findings: &mut Vec<SyntaxFinding>) {
    findings.sort_by(|left, right| {
        let place = |finding: &SyntaxFinding| (finding.start, finding.end);
        let said = |finding: &SyntaxFinding| (finding.code.clone(), finding.message.clone());
        place(left).cmp(&place(right)).then_with(|| said(left).cmp(&said(right)))
    });
    findings.dedup();
}

impl From<&dsl::LoweringFinding> for SyntaxFinding {
    fn from(finding: &dsl::LoweringFinding) -> SyntaxFinding {
        SyntaxFinding {
            code: SmolStr::new_static(finding.code),
            severity: match finding.severity {
                dsl::Severity::Info => Severity::Info,
                dsl::Severity::Warning => Severity::Warning,
                dsl::Severity::Error => Severity::Error,
            },
            start: finding.range.start().into(),
            end: finding.range.end().into(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            fix: finding.correction.as_ref().map(FindingFix::from),
        }
    }
}

/// The severities of the S-codes (the table of spec 03 §10.4).
fn severity_of(code: &str) -> Severity {
    match code {
        "S007" | "S020" | "S022" | "S023" => Severity::Warning,
        "S024" | "S025" => Severity::Info,
        _ => Severity::Error,
    }
}

fn is_broken(findings: &[SyntaxFinding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn distinct(paths: impl Iterator<Item = Vec<Ident>>) -> Vec<Vec<Ident>> {
    let mut seen = rustc_hash::FxHashSet::default();
    paths.filter(|path| seen.insert(path.clone())).collect()
}

fn placeholders(body: &Body) -> (bool, bool) {
    let stands = |name: &str| {
        body.exprs.iter().any(|expr| {
            matches!(expr, crate::body::Expr::MacroVariable(text) if text.trim_start_matches('@') == name)
        })
    };
    (stands("start_date"), stands("end_date"))
}

/// Digest of the tokens that mean something: comments and white space are left out.
fn token_digest(root: rocky_syntax::SyntaxNode) -> Digest {
    let mut digest = DigestWriter::new();
    for element in root.descendants_with_tokens() {
        if let Some(token) = element.into_token()
            && !token.kind().is_trivia()
        {
            digest.text(token.text());
        }
    }
    digest.finish()
}
