//! Findings about a correct file that need nothing but its tree (02 §8).

use std::collections::BTreeSet;

use rowan::TextRange;

use super::ast::{
    AnyDslItem, AnyExpr, AnyStep, AstNode, CompareExpr, ComparePattern, DslFile, InExpr, InPattern,
    LetBinding, Literal,
};
use super::lower::{LoweringFinding, Severity};
use super::references::relation_of;
use super::text::{first_token_range, range_of};
use crate::{Correction, SyntaxKind, SyntaxNode, TextEdit};

/// Warnings and hints about `file`: comparisons with `null` (S020), bindings nobody reads
/// (S024), steps before `from` (S012). Those that need lowering (S022, S023, S025) come with
/// [`super::lower_dsl`].
pub fn lint_dsl(file: &DslFile) -> Vec<LoweringFinding> {
    let mut findings = Vec::new();
    late_from(file, &mut findings);
    unused_bindings(file, &mut findings);
    for node in file.syntax().descendants() {
        null_comparison(&node, &mut findings);
    }
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    findings
}

fn is_null(expr: Option<AnyExpr>) -> bool {
    match expr {
        Some(AnyExpr::Literal(literal)) => is_null_literal(&literal),
        Some(AnyExpr::ParenExpr(paren)) => is_null(paren.expr()),
        _ => false,
    }
}

fn is_null_literal(literal: &Literal) -> bool {
    literal.value_token().is_some_and(|token| token.kind() == SyntaxKind::NULL_KW)
}

fn null_comparison(node: &SyntaxNode, findings: &mut Vec<LoweringFinding>) {
    let (range, message, help): (TextRange, &str, &str) = match node.kind() {
        SyntaxKind::COMPARE_EXPR => {
            let Some(compare) = CompareExpr::cast(node.clone()) else { return };
            if !is_null(compare.left()) && !is_null(compare.right()) {
                return;
            }
            let operator = compare.compare_operator().and_then(|operator| operator.operator_token());
            match operator.map(|token| token.kind()) {
                Some(SyntaxKind::EQ_EQ) => {
                    (range_of(node), "a comparison with `null` by `==` is never true", "use `is null`")
                }
                // NULL-safe: the same as `is not null`.
                Some(SyntaxKind::BANG_EQ) => return,
                _ => (
                    range_of(node),
                    "a comparison with `null` is never true",
                    "use `is null` or `is not null`",
                ),
            }
        }
        SyntaxKind::COMPARE_PATTERN => {
            let Some(pattern) = ComparePattern::cast(node.clone()) else { return };
            let operator = pattern.compare_operator().and_then(|operator| operator.operator_token());
            let not_equal = operator.is_some_and(|token| token.kind() == SyntaxKind::BANG_EQ);
            if not_equal || !is_null(pattern.expr()) {
                return;
            }
            (range_of(node), "a pattern `null` never matches", "use `is null`")
        }
        SyntaxKind::IN_EXPR | SyntaxKind::IN_PATTERN => {
            let (negated, list) = match (InExpr::cast(node.clone()), InPattern::cast(node.clone())) {
                (Some(expr), _) => (expr.not_token().is_some(), expr.in_list()),
                (_, Some(pattern)) => (pattern.not_token().is_some(), pattern.in_list()),
                _ => return,
            };
            let null = list.and_then(|list| list.items().find(|item| is_null(Some(item.clone()))));
            match null {
                Some(null) if negated => (
                    range_of(null.syntax()),
                    "`not in` with a `null` in its list is never true",
                    "remove the `null`, and add `is not null` if rows without a value must go",
                ),
                _ => return,
            }
        }
        _ => return,
    };
    findings.push(LoweringFinding {
        code: "S020",
        severity: Severity::Warning,
        range,
        message: message.to_owned(),
        help: Some(help.to_owned()),
        correction: is_null_instead(node),
    });
}

/// `x == null` as `x is null`, `null =>` as `is null =>`. They mean something else, most likely what was meant.
fn is_null_instead(node: &SyntaxNode) -> Option<Correction> {
    let compared = match node.kind() {
        SyntaxKind::COMPARE_EXPR => {
            let compare = CompareExpr::cast(node.clone())?;
            let operator = compare.compare_operator()?;
            let is_equality = operator.operator_token()?.kind() == SyntaxKind::EQ_EQ;
            if !is_equality || !matches!(compare.right()?, AnyExpr::Literal(_)) || !is_null(compare.right()) {
                return None;
            }
            range_of(operator.syntax()).cover(range_of(compare.right()?.syntax()))
        }
        SyntaxKind::COMPARE_PATTERN => range_of(node),
        _ => return None,
    };
    let has_comment = node
        .descendants_with_tokens()
        .any(|element| compared.contains_range(element.text_range()) && is_comment(element.kind()));
    (!has_comment).then(|| Correction::replacement(compared, "is null", false))
}

fn is_comment(kind: SyntaxKind) -> bool {
    kind.is_trivia() && kind != SyntaxKind::WHITESPACE
}

/// Removes a binding that nobody reads, with the blanks after it.
fn without_binding(binding: &LetBinding) -> Option<Correction> {
    let node = binding.syntax();
    if node.descendants_with_tokens().any(|element| is_comment(element.kind())) {
        return None;
    }
    let mut range = range_of(node);
    let blanks = node.last_token().and_then(|token| token.next_token());
    if let Some(blanks) = blanks.filter(|token| token.kind() == SyntaxKind::WHITESPACE) {
        range = TextRange::new(range.start(), blanks.text_range().end());
    }
    let title = "Remove the binding".to_owned();
    Some(Correction { title, edits: vec![TextEdit::delete(range)], is_safe: true })
}

/// Steps before `from` act as if `from` came first.
fn late_from(file: &DslFile, findings: &mut Vec<LoweringFinding>) {
    for item in file.items() {
        let pipeline = match item {
            AnyDslItem::LetBinding(binding) => binding.pipeline(),
            AnyDslItem::Pipeline(pipeline) => Some(pipeline),
        };
        let Some(pipeline) = pipeline else { continue };
        let steps: Vec<AnyStep> = pipeline.steps().collect();
        let from = steps.iter().position(|step| matches!(step, AnyStep::FromStep(_)));
        if let Some(from) = from.filter(|from| *from > 0) {
            findings.push(LoweringFinding {
                code: "S012",
                severity: Severity::Warning,
                range: first_token_range(steps[from].syntax()),
                message: "`from` stands after other steps; they act as if it came first".to_owned(),
                help: Some("move `from` to the start of the pipeline".to_owned()),
                correction: None,
            });
        }
    }
}

fn unused_bindings(file: &DslFile, findings: &mut Vec<LoweringFinding>) {
    let items: Vec<AnyDslItem> = file.items().collect();
    let mut read: BTreeSet<String> = BTreeSet::new();
    for item in items.iter().rev() {
        let pipeline = match item {
            AnyDslItem::LetBinding(binding) => {
                if let Some(name) =
                    binding.name().filter(|name| !read.contains(&name.text().to_ascii_lowercase()))
                {
                    findings.push(LoweringFinding {
                        code: "S024",
                        severity: Severity::Info,
                        range: range_of(name.syntax()),
                        message: format!("`{}` is never read", name.text()),
                        help: Some("remove the binding".to_owned()),
                        correction: without_binding(binding),
                    });
                }
                binding.pipeline()
            }
            AnyDslItem::Pipeline(pipeline) => Some(pipeline.clone()),
        };
        for step in pipeline.iter().flat_map(|pipeline| pipeline.steps()) {
            if let Some((relation, _)) = relation_of(&step)
                && let [single] = relation.texts().as_slice()
            {
                read.insert(single.to_ascii_lowercase());
            }
        }
    }
}
