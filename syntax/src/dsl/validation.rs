//! Rules that the grammar does not express and that need nothing but the tree (02 §8).

use std::collections::BTreeMap;

use rowan::TextRange;

use super::ast::{
    AnyDslItem, AnyExpr, AnyPattern, AnyStep, AstNode, CallExpr, DslFile, FrameBound, JoinStep, MatchExpr,
    Name, Pipeline, TakeStep,
};
use super::text::{first_token_range, has_error_nodes, number_value, range_of};
use crate::lexer::keywords::sql_keyword;
use crate::parser::TokenSet;
use crate::sql::{DialectKind, parse_sql};
use crate::syntax_error::SyntaxError;
use crate::{SyntaxKind, SyntaxNode, SyntaxToken};

/// Checks what parsing alone does not. All findings are errors; the order is that of the text.
pub fn validate_dsl(file: &DslFile) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    shape(file, &mut errors);
    duplicate_bindings(file, &mut errors);
    for node in file.syntax().descendants() {
        match node.kind() {
            SyntaxKind::PIPELINE => {
                if let Some(pipeline) = Pipeline::cast(node) {
                    replicate(&pipeline, &mut errors);
                    windows(&pipeline, &mut errors);
                }
            }
            SyntaxKind::MATCH_EXPR => {
                if let Some(expr) = MatchExpr::cast(node) {
                    match_shape(&expr, &mut errors);
                }
            }
            SyntaxKind::TAKE_STEP => {
                if let Some(step) = TakeStep::cast(node) {
                    take(&step, &mut errors);
                }
            }
            SyntaxKind::FRAME_BOUND => {
                if let Some(bound) = FrameBound::cast(node) {
                    frame_bound(&bound, &mut errors);
                }
            }
            SyntaxKind::JOIN_STEP => {
                if let Some(join) = JoinStep::cast(node) {
                    keep_of_filter(&join, &mut errors);
                }
            }
            SyntaxKind::TYPE_NAME => type_name(&node, &mut errors),
            SyntaxKind::CALL_EXPR => {
                if let Some(call) = CallExpr::cast(node) {
                    special_form(&call, &mut errors);
                }
            }
            _ => {}
        }
    }
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    errors
}

/// The grammar takes the tokens of a type as they come; whether they are one is asked of SQL's grammar, which knows
/// the types of all warehouses.
fn type_name(node: &SyntaxNode, errors: &mut Vec<SyntaxError>) {
    let tokens: Vec<SyntaxToken> = node
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .collect();
    if is_plain_type(&tokens) {
        return;
    }
    let words: Vec<&str> = tokens.iter().map(|token| token.text()).collect();
    let sql = format!("SELECT CAST(NULL AS {})", words.join(" "));
    if !words.is_empty() && !parse_sql(&sql, DialectKind::Permissive).errors().is_empty() {
        errors.push(
            SyntaxError::new("S011", range_of(node), format!("`{}` is not a type", node.text()))
                .with_help("write a type of the warehouse, e.g. `decimal(10, 2)`"),
        );
    }
}

/// Whether the tokens are a word, or a word that takes no fields and numbers in parentheses: that is a type in SQL,
/// whatever the word is, so that nothing has to be asked while a file is edited.
fn is_plain_type(tokens: &[SyntaxToken]) -> bool {
    use SyntaxKind::*;
    let [word, parameters @ ..] = tokens else { return false };
    let has_fields =
        || matches!(sql_keyword(word.text()), Some(STRUCT_KW | ROW_KW | OBJECT_KW | UNION_KW | TABLE_KW));
    let kinds: Vec<SyntaxKind> = parameters.iter().map(SyntaxToken::kind).collect();
    word.kind() == IDENT
        && match kinds.as_slice() {
            [] => true,
            [L_PAREN, INT_NUMBER, R_PAREN] | [L_PAREN, INT_NUMBER, COMMA, INT_NUMBER, R_PAREN] => {
                !has_fields()
            }
            _ => false,
        }
}

/// The words of SQL that are no plain functions: a parenthesis behind one of them is no list of any number of
/// arguments.
const NO_FUNCTIONS: TokenSet = {
    use SyntaxKind::*;
    TokenSet::new(&[
        ALL_KW,
        AND_KW,
        AS_KW,
        BETWEEN_KW,
        BY_KW,
        CASE_KW,
        CAST_KW,
        CROSS_KW,
        DISTINCT_KW,
        ELSE_KW,
        END_KW,
        EXCEPT_KW,
        FETCH_KW,
        FOR_KW,
        FROM_KW,
        FULL_KW,
        GROUP_KW,
        HAVING_KW,
        IN_KW,
        INNER_KW,
        INTERSECT_KW,
        INTERVAL_KW,
        INTO_KW,
    ])
    .union(TokenSet::new(&[
        IS_KW,
        JOIN_KW,
        LATERAL_KW,
        LIMIT_KW,
        NATURAL_KW,
        NOT_KW,
        ON_KW,
        OR_KW,
        ORDER_KW,
        QUALIFY_KW,
        SAFE_CAST_KW,
        SELECT_KW,
        TABLESAMPLE_KW,
        THEN_KW,
        TRY_CAST_KW,
        UNION_KW,
        USING_KW,
        WHEN_KW,
        WHERE_KW,
        WITH_KW,
    ]))
};

/// Some words look like functions and have a grammar of their own in SQL (`cast`, `exists`): what is no call there
/// is none here.
fn special_form(call: &CallExpr, errors: &mut Vec<SyntaxError>) {
    let Some(name) = call.dotted_name() else { return };
    let texts = name.texts();
    let [word] = texts.as_slice() else { return };
    if !sql_keyword(word).is_some_and(|keyword| NO_FUNCTIONS.contains(keyword)) {
        return;
    }
    let arguments = call.arg_list().map_or(0, |list| list.args().count());
    let sql = format!("SELECT {word}({})", vec!["x"; arguments].join(", "));
    if !parse_sql(&sql, DialectKind::Permissive).errors().is_empty() {
        let help = match word.to_ascii_lowercase().as_str() {
            "cast" | "try_cast" | "safe_cast" => format!("write `{word}(x as int)`"),
            _ => format!("`{word}` is no function of SQL; quote it if a function of yours has that name"),
        };
        errors.push(
            SyntaxError::new(
                "S011",
                range_of(name.syntax()),
                format!("`{word}` cannot be called with {arguments} arguments"),
            )
            .with_help(help),
        );
    }
}

/// Pipelines start with `from`, and there is one main pipeline.
fn shape(file: &DslFile, errors: &mut Vec<SyntaxError>) {
    let broken = has_error_nodes(file.syntax());
    let text = file.syntax().text().to_string();
    let mut main: Option<Pipeline> = None;
    let mut last_binding = None;
    for item in file.items() {
        match item {
            AnyDslItem::LetBinding(binding) => {
                if let Some(pipeline) = binding.pipeline() {
                    from_steps(&pipeline, &text, broken, errors);
                }
                last_binding = Some(binding);
            }
            AnyDslItem::Pipeline(pipeline) => {
                if main.is_none() {
                    from_steps(&pipeline, &text, broken, errors);
                }
                main.get_or_insert(pipeline);
            }
        }
    }
    let open_frontmatter = || text.trim_start().starts_with("---toml") && !text.contains("\n---");
    if main.is_some() || broken || open_frontmatter() {
        return;
    }
    match last_binding {
        Some(binding) if binding.name().is_none() => {}
        Some(binding) => errors.push(
            SyntaxError::new(
                "S012",
                first_token_range(binding.syntax()),
                "there is no pipeline after the `let` bindings",
            )
            .with_help("add one that starts with `from`"),
        ),
        None => errors.push(
            SyntaxError::new("S012", TextRange::empty(0.into()), "the file has no steps")
                .with_help("start a pipeline with `from`, e.g. `from orders`"),
        ),
    }
}

fn from_steps(pipeline: &Pipeline, text: &str, broken: bool, errors: &mut Vec<SyntaxError>) {
    let mut first = None;
    let mut steps = 0;
    for step in pipeline.steps() {
        steps += 1;
        if let AnyStep::FromStep(step) = step {
            let range = first_token_range(step.syntax());
            match first {
                None => first = Some(range),
                Some(known) => errors.push(
                    SyntaxError::new(
                        "S012",
                        range,
                        format!(
                            "a pipeline has one `from`: the first is at {}, this one at {}",
                            position(text, known),
                            position(text, range)
                        ),
                    )
                    .with_help("use `join` or `union` to read another relation, or `let` to name a pipeline"),
                ),
            }
        }
    }
    if first.is_none()
        && !(broken || pipeline.syntax().text_range().is_empty() && steps == 0 && is_after_error(pipeline))
    {
        errors.push(
            SyntaxError::new("S012", first_token_range(pipeline.syntax()), "pipeline must start with `from`")
                .with_help("name the relation to read, e.g. `from orders`"),
        );
    }
}

/// Line and column in the file, counted from one.
fn position(text: &str, range: TextRange) -> String {
    let before = text.get(..usize::from(range.start())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    format!("line {line}, column {column}")
}

/// An empty pipeline whose binding lacks its `=` is part of that mistake.
fn is_after_error(pipeline: &Pipeline) -> bool {
    pipeline
        .syntax()
        .parent()
        .and_then(super::ast::LetBinding::cast)
        .is_some_and(|binding| binding.eq_token().is_none() || binding.name().is_none())
}

fn duplicate_bindings(file: &DslFile, errors: &mut Vec<SyntaxError>) {
    let mut seen: BTreeMap<String, Name> = BTreeMap::new();
    for item in file.items() {
        let AnyDslItem::LetBinding(binding) = item else { continue };
        let Some(name) = binding.name() else { continue };
        let folded = name.text().to_ascii_lowercase();
        match seen.get(&folded) {
            Some(_) => errors.push(
                SyntaxError::new(
                    "S018",
                    range_of(name.syntax()),
                    format!("there is already a `let {}`", name.text()),
                )
                .with_help("rename one of the two"),
            ),
            None => {
                seen.insert(folded, name);
            }
        }
    }
}

/// `replicate` copies a relation as it is: a filter beside it would silently not count.
fn replicate(pipeline: &Pipeline, errors: &mut Vec<SyntaxError>) {
    let steps: Vec<AnyStep> = pipeline.steps().collect();
    let Some(replicate) = steps.iter().find(|step| matches!(step, AnyStep::ReplicateStep(_))) else { return };
    let other = steps
        .iter()
        .find(|step| !matches!(step, AnyStep::FromStep(_)) && step.syntax() != replicate.syntax());
    if let Some(other) = other {
        let word = first_token_range(other.syntax());
        errors.push(
            SyntaxError::new(
                "S013",
                word,
                "`replicate` copies the relation unchanged: no other step may stand beside it",
            )
            .with_help("remove `replicate` to use the other steps, or remove them"),
        );
    }
}

fn match_shape(expr: &MatchExpr, errors: &mut Vec<SyntaxError>) {
    let keyword = expr.match_token().map_or_else(|| range_of(expr.syntax()), |token| token.text_range());
    let arms: Vec<_> = expr.arms().collect();
    if arms.is_empty() && expr.r_brace_token().is_some() && !has_error_nodes(expr.syntax()) {
        errors.push(
            SyntaxError::new("S014", keyword, "`match` has no arms")
                .with_help("add at least one arm, e.g. `> 10 => \"high\"`"),
        );
        return;
    }
    for (index, arm) in arms.iter().enumerate() {
        let wildcards: Vec<_> =
            arm.patterns().filter(|pattern| matches!(pattern, AnyPattern::WildcardPattern(_))).collect();
        let Some(wildcard) = wildcards.first() else { continue };
        let range = range_of(wildcard.syntax());
        if index + 1 < arms.len() {
            errors.push(
                SyntaxError::new(
                    "S014",
                    range,
                    "`_` must be the last arm: the arms after it are never reached",
                )
                .with_help("move this arm to the end"),
            );
        } else if arm.patterns().count() > 1 {
            errors.push(
                SyntaxError::new("S014", range, "`_` stands alone: it matches everything")
                    .with_help("remove the other patterns of this arm"),
            );
        }
    }
}

fn take(step: &TakeStep, errors: &mut Vec<SyntaxError>) {
    for token in step.numbers_tokens() {
        if number_value(token.text()).parse::<u64>().is_err() {
            errors.push(
                SyntaxError::new("S011", token.text_range(), format!("invalid number `{}`", token.text()))
                    .with_help("write a whole number of rows, e.g. `take 10`"),
            );
        }
    }
}

fn frame_bound(bound: &FrameBound, errors: &mut Vec<SyntaxError>) {
    let Some(token) = bound.what_token() else { return };
    let is_number = matches!(token.kind(), SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER);
    if is_number && number_value(token.text()).parse::<u64>().is_err() {
        errors.push(
            SyntaxError::new("S011", token.text_range(), format!("invalid number `{}`", token.text()))
                .with_help("a frame bound is a whole number of rows"),
        );
    }
}

/// Rows of a semi or anti join have no columns of the other relation.
fn keep_of_filter(join: &JoinStep, errors: &mut Vec<SyntaxError>) {
    let Some(kind) = join.kind_token() else { return };
    if let (SyntaxKind::SEMI_KW | SyntaxKind::ANTI_KW, Some(keep)) = (kind.kind(), join.keep_block()) {
        errors.push(
            SyntaxError::new(
                "S011",
                first_token_range(keep.syntax()),
                format!("a {} join only filters rows: it has no columns to keep", kind.text()),
            )
            .with_help("remove the `keep`, or use `join`"),
        );
    }
}

/// Window functions see rows that `where` and `group` have not chosen yet.
fn windows(pipeline: &Pipeline, errors: &mut Vec<SyntaxError>) {
    for step in pipeline.steps() {
        let (place, exprs): (&str, Vec<AnyExpr>) = match &step {
            AnyStep::WhereStep(step) => ("`where`", step.condition().into_iter().collect()),
            AnyStep::GroupStep(step) => ("a group key", step.keys().filter_map(|key| key.expr()).collect()),
            _ => continue,
        };
        let over = exprs
            .iter()
            .flat_map(|expr| expr.syntax().descendants())
            .find(|node| node.kind() == SyntaxKind::OVER_CLAUSE);
        if let Some(call) = over.and_then(|over| over.parent()) {
            errors.push(
                SyntaxError::new(
                    "S015",
                    range_of(&call),
                    format!("a window function cannot stand in {place}"),
                )
                .with_help("derive it first: `derive { n: … }`, then use `n`"),
            );
        }
    }
}
