//! From the syntax tree to owned pipelines.
//!
//! Holes of a broken tree become `NULL` or are left out, and mark the program as incomplete.

use std::cell::Cell;
use std::collections::BTreeSet;

use rowan::TextRange;
use smol_str::SmolStr;

use super::expression::{
    Call, ChainLevel, ChainOp, CompareOp, Expr, ExprKind, FrameBound, Ident, NullsOrder, SortKey, Window,
    WindowFrame,
};
use super::frame::fold;
use super::pipeline::{
    Binding, Definition, JoinKind, JoinStep, KeyDefinition, Pipeline, Program, SelectItem, Step, StepKind,
};
use super::print::comparison;
use crate::SyntaxKind::{self, *};
use crate::SyntaxToken;
use crate::dsl::ast::{
    self, AnyDslItem, AnyExpr, AnyPattern, AnySelectItem, AnyStep, AnyWindowPart, AstNode,
};
use crate::dsl::text::{has_error_nodes, number_value, range_of, string_value};

/// The pipelines of a file.
pub(super) fn program(file: &ast::DslFile) -> Program {
    let builder = Builder { incomplete: Cell::new(has_error_nodes(file.syntax())) };
    let mut program = Program::default();
    for item in file.items() {
        match item {
            AnyDslItem::LetBinding(binding) => {
                let (Some(name), Some(pipeline)) = (binding.name(), binding.pipeline()) else {
                    builder.incomplete.set(true);
                    continue;
                };
                program.bindings.push(Binding {
                    name: builder.ident(&name),
                    pipeline: builder.pipeline(&pipeline),
                    range: range_of(binding.syntax()),
                });
            }
            AnyDslItem::Pipeline(pipeline) if program.main.is_none() => {
                program.main = Some(builder.pipeline(&pipeline));
            }
            AnyDslItem::Pipeline(_) => builder.incomplete.set(true),
        }
    }
    program.incomplete = builder.incomplete.get();
    program
}

/// All names of a file, folded, so that made-up names keep clear of them.
pub(super) fn names(file: &ast::DslFile) -> BTreeSet<String> {
    file.syntax().descendants().filter_map(ast::Name::cast).map(|name| fold(&name.text())).collect()
}

struct Builder {
    incomplete: Cell<bool>,
}

impl Builder {
    fn ident(&self, name: &ast::Name) -> Ident {
        if name.name_token().is_none() {
            self.incomplete.set(true);
        }
        Ident { text: SmolStr::new(name.text()), quoted: name.is_quoted(), range: range_of(name.syntax()) }
    }

    fn parts(&self, name: Option<ast::DottedName>) -> Vec<Ident> {
        let parts: Vec<Ident> =
            name.into_iter().flat_map(|name| name.parts()).map(|part| self.ident(&part)).collect();
        if parts.is_empty() {
            self.incomplete.set(true);
        }
        parts
    }

    fn alias(&self, alias: Option<ast::AliasClause>) -> Option<Ident> {
        alias.and_then(|alias| alias.name()).map(|name| self.ident(&name))
    }

    fn hole(&self, range: TextRange) -> Expr {
        self.incomplete.set(true);
        Expr::new(ExprKind::Null, range)
    }

    // ---- steps

    fn pipeline(&self, pipeline: &ast::Pipeline) -> Pipeline {
        let steps = pipeline.steps().filter_map(|step| {
            let range = range_of(step.syntax());
            Some(Step { kind: self.step(&step)?, range })
        });
        Pipeline { steps: steps.collect(), range: range_of(pipeline.syntax()) }
    }

    fn step(&self, step: &AnyStep) -> Option<StepKind> {
        Some(match step {
            AnyStep::FromStep(step) => {
                let relation = self.parts(step.dotted_name());
                if relation.is_empty() {
                    return None;
                }
                StepKind::From { relation, alias: self.alias(step.alias_clause()) }
            }
            AnyStep::WhereStep(step) => StepKind::Where(self.expr(step.condition(), range_of(step.syntax()))),
            AnyStep::GroupStep(step) => {
                let keys = step.keys().map(|key| KeyDefinition {
                    name: key.name().map(|name| self.ident(&name)),
                    expr: self.expr(key.expr(), range_of(key.syntax())),
                });
                StepKind::Group { keys: keys.collect(), entries: self.entries(step.entry_block()) }
            }
            AnyStep::DeriveStep(step) => StepKind::Derive(self.entries(step.entry_block())),
            AnyStep::SelectStep(step) => {
                StepKind::Select(step.items().filter_map(|i| self.select_item(&i)).collect())
            }
            AnyStep::JoinStep(step) => StepKind::Join(self.join(step)?),
            AnyStep::SortStep(step) => StepKind::Sort(step.keys().map(|key| self.sort_key(&key)).collect()),
            AnyStep::TakeStep(step) => {
                let mut numbers = step.numbers_tokens().map(|token| self.number(&token));
                let count = numbers.next().unwrap_or_else(|| {
                    self.incomplete.set(true);
                    0
                });
                StepKind::Take { count, offset: numbers.next().unwrap_or(0) }
            }
            AnyStep::ReservedStep(_) => return None,
            AnyStep::DistinctStep(_) => StepKind::Distinct,
            AnyStep::ReplicateStep(_) => StepKind::Replicate,
            AnyStep::UnionStep(step) => {
                let relation = self.parts(step.dotted_name());
                if relation.is_empty() {
                    return None;
                }
                let distinct = step.quantifier_token().is_some_and(|token| token.kind() == DISTINCT_KW);
                StepKind::Union { distinct, relation }
            }
        })
    }

    fn number(&self, token: &SyntaxToken) -> u64 {
        number_value(token.text()).parse().unwrap_or_else(|_| {
            self.incomplete.set(true);
            0
        })
    }

    fn entries(&self, block: Option<ast::EntryBlock>) -> Vec<Definition> {
        let Some(block) = block else {
            self.incomplete.set(true);
            return Vec::new();
        };
        block.entries().filter_map(|entry| self.entry(&entry)).collect()
    }

    fn entry(&self, entry: &ast::Entry) -> Option<Definition> {
        let range = range_of(entry.syntax());
        let Some(name) = entry.name() else {
            self.incomplete.set(true);
            return None;
        };
        Some(Definition { name: self.ident(&name), expr: self.expr(entry.expr(), range), range })
    }

    fn select_item(&self, item: &AnySelectItem) -> Option<SelectItem> {
        let range = range_of(item.syntax());
        Some(match item {
            AnySelectItem::StarItem(item) => {
                SelectItem::Star { qualifier: item.name().map(|name| self.ident(&name)), range }
            }
            AnySelectItem::Entry(entry) => {
                let definition = self.entry(entry)?;
                SelectItem::Column { name: Some(definition.name), expr: definition.expr, range }
            }
            AnySelectItem::ExprItem(item) => SelectItem::Column {
                name: self.alias(item.alias_clause()),
                expr: self.expr(item.expr(), range),
                range,
            },
        })
    }

    fn join(&self, step: &ast::JoinStep) -> Option<JoinStep> {
        let kind = match step.kind_token().map(|token| token.kind()) {
            Some(LEFT_KW | LEFT_JOIN_KW) => JoinKind::Left,
            Some(RIGHT_KW | RIGHT_JOIN_KW) => JoinKind::Right,
            Some(FULL_KW | FULL_JOIN_KW) => JoinKind::Full,
            Some(CROSS_KW | CROSS_JOIN_KW) => JoinKind::Cross,
            Some(SEMI_KW) => JoinKind::Semi,
            Some(ANTI_KW) => JoinKind::Anti,
            _ => JoinKind::Inner,
        };
        let relation = self.parts(step.dotted_name());
        if relation.is_empty() {
            return None;
        }
        let on: Vec<Expr> = step
            .on_clause()
            .into_iter()
            .flat_map(|clause| clause.conditions())
            .map(|condition| self.any(&condition))
            .collect();
        if on.is_empty() != (kind == JoinKind::Cross) {
            self.incomplete.set(true);
        }
        let keep =
            step.keep_block().map(|block| block.items().filter_map(|item| self.select_item(&item)).collect());
        Some(JoinStep { kind, relation, alias: self.alias(step.alias_clause()), on, keep })
    }

    fn sort_key(&self, key: &ast::SortKey) -> SortKey {
        let range = range_of(key.syntax());
        let mut expr = self.expr(key.expr(), range);
        let mut descending =
            key.minus_token().is_some() || key.direction_token().is_some_and(|token| token.kind() == DESC_KW);
        // `-x` alone is the descending order of `x`.
        if let ExprKind::Negate(operand) = &expr.kind
            && !descending
            && key.direction_token().is_none()
        {
            descending = true;
            expr = (**operand).clone();
        }
        let nulls =
            key.nulls_order().and_then(|nulls| nulls.position_token()).map(|token| match token.kind() {
                FIRST_KW => NullsOrder::First,
                _ => NullsOrder::Last,
            });
        SortKey { expr, descending, nulls, range }
    }

    // ---- expressions

    fn expr(&self, expr: Option<AnyExpr>, around: TextRange) -> Expr {
        match expr {
            Some(expr) => self.any(&expr),
            None => self.hole(around),
        }
    }

    fn boxed(&self, expr: Option<AnyExpr>, around: TextRange) -> Box<Expr> {
        Box::new(self.expr(expr, around))
    }

    fn any(&self, expr: &AnyExpr) -> Expr {
        let range = range_of(expr.syntax());
        if let AnyExpr::ParenExpr(paren) = expr {
            return self.expr(paren.expr(), range);
        }
        if let AnyExpr::MatchExpr(expr) = expr {
            return self.match_expr(expr, range);
        }
        Expr::new(self.kind(expr, range), range)
    }

    fn kind(&self, expr: &AnyExpr, range: TextRange) -> ExprKind {
        match expr {
            AnyExpr::Literal(literal) => self.literal(literal),
            AnyExpr::PathExpr(path) => match self.parts(path.dotted_name()) {
                parts if parts.is_empty() => ExprKind::Null,
                parts => ExprKind::Column(parts),
            },
            AnyExpr::CallExpr(call) => self.call(call, range),
            AnyExpr::CountStar(_) => ExprKind::Star,
            AnyExpr::PrefixExpr(prefix) => self.prefix(prefix, range),
            AnyExpr::ChainExpr(chain) => self.chain(chain, range),
            AnyExpr::CompareExpr(compare) => {
                let op = self.compare_op(compare.compare_operator());
                ExprKind::Compare {
                    op,
                    left: self.boxed(compare.left(), range),
                    right: self.boxed(compare.right(), range),
                }
            }
            AnyExpr::IsNullExpr(test) => ExprKind::IsNull {
                operand: self.boxed(test.expr(), range),
                negated: test.not_token().is_some(),
            },
            AnyExpr::InExpr(test) => ExprKind::In {
                operand: self.boxed(test.expr(), range),
                negated: test.not_token().is_some(),
                items: self.in_list(test.in_list()),
            },
            AnyExpr::LikeExpr(test) => ExprKind::Like {
                operand: self.boxed(test.operand(), range),
                negated: test.not_token().is_some(),
                pattern: self.boxed(test.pattern(), range),
            },
            AnyExpr::BetweenExpr(test) => ExprKind::Between {
                operand: self.boxed(test.operand(), range),
                negated: test.not_token().is_some(),
                low: self.boxed(test.low(), range),
                high: self.boxed(test.high(), range),
            },
            AnyExpr::CastExpr(cast) => self.cast(cast, range),
            AnyExpr::ConvertExpr(convert) => ExprKind::Cast {
                operand: self.boxed(convert.expr(), range),
                type_name: self.type_name(convert.type_name()),
                lenient: false,
            },
            AnyExpr::IntervalExpr(interval) => {
                let value = interval.string_token().map(|token| string_value(token.text()));
                ExprKind::Interval(SmolStr::new(value.unwrap_or_default()))
            }
            AnyExpr::ArrayExpr(array) => ExprKind::Array(array.items().map(|item| self.any(&item)).collect()),
            AnyExpr::IndexExpr(index) => ExprKind::Index {
                base: self.boxed(index.base(), range),
                index: self.boxed(index.index(), range),
            },
            AnyExpr::ParenExpr(_) | AnyExpr::MatchExpr(_) => ExprKind::Null,
        }
    }

    fn literal(&self, literal: &ast::Literal) -> ExprKind {
        let Some(token) = literal.value_token() else { return ExprKind::Null };
        let text = token.text();
        match token.kind() {
            STRING => ExprKind::String(SmolStr::new(string_value(text))),
            INT_NUMBER | FLOAT_NUMBER => ExprKind::Number(SmolStr::new(number_value(text))),
            DATE_LITERAL => {
                let date = text.strip_prefix('@').unwrap_or(text);
                match date.contains('T') {
                    true => ExprKind::Timestamp(SmolStr::new(date)),
                    false => ExprKind::Date(SmolStr::new(date)),
                }
            }
            TRUE_KW => ExprKind::Bool(true),
            FALSE_KW => ExprKind::Bool(false),
            _ => ExprKind::Null,
        }
    }

    fn call(&self, call: &ast::CallExpr, _range: TextRange) -> ExprKind {
        let args = call.arg_list();
        ExprKind::Call(Call {
            name: self.parts(call.dotted_name()),
            distinct: args.as_ref().is_some_and(|args| args.distinct_token().is_some()),
            args: args.into_iter().flat_map(|args| args.args()).map(|arg| self.any(&arg)).collect(),
            over: call.over_clause().map(|over| Box::new(self.window(&over))),
        })
    }

    fn prefix(&self, prefix: &ast::PrefixExpr, range: TextRange) -> ExprKind {
        let operand = prefix.expr();
        let is_not = prefix.operator_token().is_some_and(|token| token.kind() == NOT_KW);
        if !is_not {
            return ExprKind::Negate(self.boxed(operand, range));
        }
        let bare = matches!(
            operand,
            Some(
                AnyExpr::CompareExpr(_)
                    | AnyExpr::IsNullExpr(_)
                    | AnyExpr::InExpr(_)
                    | AnyExpr::LikeExpr(_)
                    | AnyExpr::BetweenExpr(_)
                    | AnyExpr::ChainExpr(_)
            )
        );
        ExprKind::Not { operand: self.boxed(operand, range), bare }
    }

    fn chain(&self, chain: &ast::ChainExpr, range: TextRange) -> ExprKind {
        let mut operands = chain.operands().map(|operand| self.any(&operand));
        let first = operands.next().unwrap_or_else(|| self.hole(range));
        let operators: Vec<ChainOp> = chain
            .operators()
            .filter_map(|operator| operator.operator_token())
            .filter_map(|token| chain_op(token.kind()))
            .collect();
        let level = operators.first().map_or(ChainLevel::And, |op| op.level());
        let rest: Vec<(ChainOp, Expr)> = operators
            .into_iter()
            .map(|op| (op, operands.next().unwrap_or_else(|| self.hole(range))))
            .collect();
        ExprKind::Chain { level, first: Box::new(first), rest }
    }

    fn compare_op(&self, operator: Option<ast::CompareOperator>) -> CompareOp {
        match operator.and_then(|operator| operator.operator_token()).map(|token| token.kind()) {
            Some(BANG_EQ) => CompareOp::NotEqual,
            Some(LT) => CompareOp::Less,
            Some(LT_EQ) => CompareOp::LessEqual,
            Some(GT) => CompareOp::Greater,
            Some(GT_EQ) => CompareOp::GreaterEqual,
            _ => CompareOp::Equal,
        }
    }

    fn in_list(&self, list: Option<ast::InList>) -> Vec<Expr> {
        let items: Vec<Expr> =
            list.into_iter().flat_map(|list| list.items()).map(|item| self.any(&item)).collect();
        if items.is_empty() {
            self.incomplete.set(true);
        }
        items
    }

    fn cast(&self, cast: &ast::CastExpr, range: TextRange) -> ExprKind {
        let name: Vec<String> = cast.dotted_name().map(|name| name.texts()).unwrap_or_default();
        let lenient = match name.as_slice() {
            [name] if name.eq_ignore_ascii_case("cast") => false,
            [name] if name.eq_ignore_ascii_case("try_cast") || name.eq_ignore_ascii_case("safe_cast") => true,
            _ => {
                self.incomplete.set(true);
                false
            }
        };
        ExprKind::Cast {
            operand: self.boxed(cast.expr(), range),
            type_name: self.type_name(cast.type_name()),
            lenient,
        }
    }

    /// A type as the warehouse spells it, blanks normalised.
    fn type_name(&self, ty: Option<ast::TypeName>) -> String {
        let mut text = String::new();
        let tokens = ty
            .iter()
            .flat_map(|ty| ty.syntax().descendants_with_tokens())
            .filter_map(|element| element.into_token())
            .filter(|token| !token.kind().is_trivia());
        let mut after_word = false;
        for token in tokens {
            let is_word = matches!(token.kind(), IDENT | QUOTED_IDENT | INT_NUMBER);
            if is_word && after_word {
                text.push(' ');
            }
            text.push_str(token.text());
            if token.kind() == COMMA {
                text.push(' ');
            }
            after_word = is_word;
        }
        if text.is_empty() {
            self.incomplete.set(true);
        }
        text
    }

    // ---- match

    fn match_expr(&self, expr: &ast::MatchExpr, range: TextRange) -> Expr {
        let subject = expr.subject().map(|subject| self.any(&subject));
        let mut arms = Vec::new();
        let mut otherwise = None;
        for arm in expr.arms() {
            let around = range_of(arm.syntax());
            let result = self.expr(arm.result(), around);
            let patterns: Vec<AnyPattern> = arm.patterns().collect();
            if patterns.iter().any(|pattern| matches!(pattern, AnyPattern::WildcardPattern(_))) {
                otherwise = Some(Box::new(result));
                break;
            }
            let mut conditions = patterns.iter().map(|pattern| self.pattern(pattern, subject.as_ref()));
            let first = conditions.next().unwrap_or_else(|| self.hole(around));
            let rest: Vec<(ChainOp, Expr)> = conditions.map(|condition| (ChainOp::Or, condition)).collect();
            let condition = match rest.last() {
                None => first,
                Some((_, last)) => {
                    let range = first.range.cover(last.range);
                    Expr::new(ExprKind::Chain { level: ChainLevel::Or, first: Box::new(first), rest }, range)
                }
            };
            arms.push((condition, result));
        }
        match (arms.is_empty(), otherwise) {
            // Nothing to decide.
            (true, Some(result)) => *result,
            (true, None) => self.hole(range),
            (false, otherwise) => Expr::new(ExprKind::Match { arms, otherwise }, range),
        }
    }

    fn pattern(&self, pattern: &AnyPattern, subject: Option<&Expr>) -> Expr {
        let range = range_of(pattern.syntax());
        let Some(subject) = subject else {
            return match pattern {
                AnyPattern::ComparePattern(pattern) => self.expr(pattern.expr(), range),
                _ => self.hole(range),
            };
        };
        let operand = Box::new(subject.clone());
        match pattern {
            AnyPattern::WildcardPattern(_) => self.hole(range),
            AnyPattern::ComparePattern(pattern) => {
                let op = self.compare_op(pattern.compare_operator());
                let mut condition = comparison(op, *operand, self.expr(pattern.expr(), range));
                condition.range = range;
                condition
            }
            AnyPattern::IsNullPattern(pattern) => {
                Expr::new(ExprKind::IsNull { operand, negated: pattern.not_token().is_some() }, range)
            }
            AnyPattern::InPattern(pattern) => {
                let items = self.in_list(pattern.in_list());
                Expr::new(ExprKind::In { operand, negated: pattern.not_token().is_some(), items }, range)
            }
        }
    }

    // ---- windows

    fn window(&self, over: &ast::OverClause) -> Window {
        let mut window =
            Window { range: range_of(over.syntax()), partition: Vec::new(), order: Vec::new(), frame: None };
        for part in over.parts() {
            match part {
                AnyWindowPart::WindowPartition(part) => {
                    window.partition.extend(part.keys().map(|key| self.any(&key)));
                }
                AnyWindowPart::WindowSort(part) => {
                    window.order.extend(part.keys().map(|key| self.sort_key(&key)))
                }
                AnyWindowPart::WindowFrame(frame) => window.frame = self.frame(&frame),
            }
        }
        window
    }

    fn frame(&self, frame: &ast::WindowFrame) -> Option<WindowFrame> {
        let unit = match frame.unit_token().map(|token| token.kind()) {
            Some(RANGE_KW) => "RANGE",
            Some(GROUPS_KW) => "GROUPS",
            _ => "ROWS",
        };
        let (Some(start), Some(end)) = (frame.start(), frame.end()) else {
            self.incomplete.set(true);
            return None;
        };
        Some(WindowFrame {
            range: range_of(frame.syntax()),
            unit,
            start: self.bound(&start, PRECEDING_KW),
            end: self.bound(&end, FOLLOWING_KW),
        })
    }

    /// A bound; without a word it points to the side that its place in the frame suggests.
    fn bound(&self, bound: &ast::FrameBound, usual: SyntaxKind) -> FrameBound {
        let side = bound.side_token().map_or(usual, |token| token.kind());
        let preceding = side == PRECEDING_KW;
        match bound.what_token() {
            Some(token) if token.kind() == CURRENT_KW => FrameBound::CurrentRow,
            Some(token) if token.kind() == UNBOUNDED_KW => match preceding {
                true => FrameBound::UnboundedPreceding,
                false => FrameBound::UnboundedFollowing,
            },
            Some(token) => {
                let count = SmolStr::new(number_value(token.text()));
                if preceding { FrameBound::Preceding(count) } else { FrameBound::Following(count) }
            }
            None => {
                self.incomplete.set(true);
                FrameBound::CurrentRow
            }
        }
    }
}

fn chain_op(kind: SyntaxKind) -> Option<ChainOp> {
    Some(match kind {
        OR_KW => ChainOp::Or,
        AND_KW => ChainOp::And,
        PLUS => ChainOp::Add,
        MINUS => ChainOp::Subtract,
        PIPE_PIPE => ChainOp::Concat,
        STAR => ChainOp::Multiply,
        SLASH => ChainOp::Divide,
        PERCENT => ChainOp::Modulo,
        _ => return None,
    })
}
