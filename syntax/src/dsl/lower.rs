//! Lowers a file to one SQL query (02 §6, §7, §9).
//!
//! The tree becomes owned pipelines (`build`), each pipeline becomes frames step by step
//! (`steps`, `joins`, `scope`), frames print as SELECTs (`layout`, `print`, `spelling`), and
//! every printed piece is mapped to the text it came from (`sql_text`, `source_map`).
//! Pure: the result depends on the file and the context alone.

mod build;
mod expression;
mod frame;
mod functions;
mod groups;
mod joins;
mod layout;
mod pipeline;
mod print;
mod scope;
mod source_map;
mod spelling;
mod sql_text;
mod steps;

use rowan::{TextRange, TextSize};
use smol_str::SmolStr;

pub use source_map::SourceMap;

use super::ast::{AstNode, DslFile};
use super::validation::validate_dsl;
use crate::{Correction, DialectKind, Parse};
use print::Printer;
use spelling::Spelling;
use sql_text::SqlText;
use steps::{Lowering, SubqueryNames};

/// What the lowering may know besides the file.
pub struct LowerContext<'a> {
    /// The dialect of the model's target.
    pub dialect: DialectKind,
    /// The columns of a relation by the parts of its name; `None` if nothing is known of it.
    pub relation: &'a dyn Fn(&[String]) -> Option<RelationColumns>,
}

impl std::fmt::Debug for LowerContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LowerContext").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// What is known of a relation's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RelationColumns {
    /// The known columns, in order.
    pub columns: Vec<SmolStr>,
    /// Whether these are all of them.
    pub complete: bool,
}

impl RelationColumns {
    fn contains(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.eq_ignore_ascii_case(name))
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// There is no SQL with the meaning of the text.
    Error,
}

/// A finding about the meaning of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LoweringFinding {
    /// The code of the diagnostic.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the DSL text.
    pub range: TextRange,
    /// What is wrong, and why.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it.
    pub correction: Option<Correction>,
}

/// The SQL of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lowered {
    /// One query without a semicolon; with `ok == false` only an approximation for editors.
    pub sql: String,
    /// Where each piece of the SQL came from.
    pub source_map: SourceMap,
    /// Findings by position; those of [`validate_dsl`] and of the parser are not repeated.
    pub findings: Vec<LoweringFinding>,
    /// Whether the SQL means what the text says.
    pub ok: bool,
}

/// Lowers a file to SQL.
pub fn lower_dsl(parse: &Parse<DslFile>, cx: &LowerContext<'_>) -> Lowered {
    let file = &parse.tree();
    let program = build::program(file);
    let mut lowering = Lowering {
        cx,
        printer: Printer { spelling: Spelling { dialect: cx.dialect } },
        names: SubqueryNames::beside(build::names(file)),
        findings: Vec::new(),
        bindings: Vec::new(),
    };
    let mut ok = parse.errors().is_empty() && !program.incomplete && validate_dsl(file).is_empty();
    let mut sql = SqlText::default();
    let mut separator = "WITH ";
    for binding in &program.bindings {
        let Some((text, output)) = lowering.pipeline(&binding.pipeline) else {
            ok = false;
            continue;
        };
        sql.push(separator);
        separator = ",\n";
        sql.mapped(binding.range, |sql| {
            lowering.printer.ident(sql, &binding.name);
            sql.push(" AS (");
            sql.append(&text);
            sql.push(")");
        });
        lowering.bindings.push((binding.name.text.clone(), output));
    }
    match program.main.as_ref().and_then(|main| lowering.pipeline(main)) {
        Some((text, _)) => {
            if !lowering.bindings.is_empty() {
                sql.push("\n");
            }
            sql.append(&text);
        }
        None => ok = false,
    }
    let mut findings = lowering.findings;
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end(), finding.code));
    findings.dedup();
    ok &= findings.iter().all(|finding| finding.severity != Severity::Error);
    let (sql, mut spans) = sql.finish();
    // Text between the pieces belongs to the file as a whole.
    let whole = TextRange::new(TextSize::new(0), TextSize::of(sql.as_str()));
    spans.insert(0, (whole, super::text::range_of(file.syntax())));
    Lowered { source_map: SourceMap::from_spans(spans), sql, findings, ok }
}
