//! Calls of functions and aggregates.

use super::Inferrer;
use super::scope::{Found, ScopeId};
use super::value::{Sources, Value, folded};
use super::walk::{gives_rows, window_exprs};
use crate::functions::{FunctionKind, NamedRule, NullRule, Signature, TypeRule};
use crate::{DataType, DialectKind, InfluenceKind, Nullability, Resolution, Transform};
use rocky_hir::body::{Call, Expr, ExprId};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// Types a call whose arguments, lambdas aside, are typed.
    pub(super) fn call(&mut self, id: ExprId, call: &Call, scope: ScopeId) {
        let body = self.body;
        for (position, arg) in call.args.iter().enumerate() {
            if self.is_date_part(call, position) {
                self.resolutions[arg.value.index()] = Some(Resolution::DatePart);
            } else if self.may_be_date_part(call, position)
                && let Expr::Column(parts) = body.expr(arg.value)
            {
                if self.lookup(&parts[0], scope) == Found::Missing {
                    self.resolutions[arg.value.index()] = Some(Resolution::DatePart);
                } else {
                    self.column(arg.value, parts, scope);
                }
            }
        }
        self.lambdas(call, scope);
        let signature = self.functions.get(&call.name);
        let args = self.arguments(call, scope);
        let mut value = match signature {
            Some(signature) => {
                let mut value = self.apply(signature, call, &args);
                value.nullability = self.call_nullability(signature, call, &args, scope);
                value.literal = false;
                value
            }
            None => Value::default(),
        };
        value.sources = self.call_sources(call, signature);
        self.values[id.index()] = value;
        self.check_call(id, call);
        self.call_influences(call);
    }

    /// The values of the arguments; `*COLUMNS(…)` is as many as there are columns.
    fn arguments(&mut self, call: &Call, scope: ScopeId) -> Vec<Value> {
        let body = self.body;
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            match body.expr(arg.value) {
                Expr::Star(star) if star.unpacked => {
                    let columns = self.columns_of(arg.value, scope).columns;
                    let sources = Sources::union(columns.iter().map(|column| &column.value.sources));
                    self.values[arg.value.index()] = Value::unknown(sources);
                    args.extend(columns.into_iter().map(|column| column.value));
                }
                _ => args.push(self.value(arg.value).clone()),
            }
        }
        args
    }

    /// Types the lambdas among the arguments: their parameters are elements of the first list.
    fn lambdas(&mut self, call: &Call, scope: ScopeId) {
        let list = call.args.iter().find(|arg| !self.is_lambda(arg.value)).map(|arg| arg.value);
        let body = self.body;
        for arg in &call.args {
            let Expr::Lambda { params, body: result } = body.expr(arg.value) else {
                continue;
            };
            let list = list.map(|list| self.value(list).clone()).unwrap_or_default();
            let mut element = Value {
                sources: list.sources.clone(),
                nullability: Nullability::Nullable,
                exact: list.exact,
                ..Value::default()
            };
            let mut values = Vec::new();
            match &list.ty {
                DataType::Array(ty) => {
                    element.ty = (**ty).clone();
                    let folds = call.name.ends_with("REDUCE") || call.name == "AGGREGATE";
                    values.push(element.clone());
                    values.push(if folds {
                        element
                    } else {
                        Value::new(DataType::Int64, Nullability::NotNull)
                    });
                }
                DataType::Map(pair) => {
                    values.push(Value { ty: pair.0.clone(), ..element.clone() });
                    values.push(Value { ty: pair.1.clone(), ..element });
                }
                _ => values.push(element),
            }
            self.lambda(arg.value, params, *result, &values, scope);
            let inner = self.value(*result);
            self.values[arg.value.index()] =
                Value { sources: inner.sources.within(&Transform::Expression), ..Value::default() };
        }
    }

    /// The value of the first lambda's body.
    pub(super) fn lambda_result(&self, call: &Call) -> Option<&Value> {
        call.args.iter().find_map(|arg| match self.body.expr(arg.value) {
            Expr::Lambda { body, .. } => Some(self.value(*body)),
            _ => None,
        })
    }

    fn call_sources(&self, call: &Call, signature: Option<&Signature>) -> Sources {
        let args = call
            .args
            .iter()
            .enumerate()
            .filter(|(position, _)| !self.is_date_part(call, *position))
            .map(|(_, arg)| arg.value);
        if self.is_aggregate(call) {
            let transform = Transform::Aggregation(SmolStr::from(call.name.to_lowercase()));
            let within_group = self.is_within_group(call).then(|| call.order_by.iter().copied());
            return self.sources_of(args.chain(within_group.into_iter().flatten()), &transform);
        }
        let ranks = call.args.is_empty()
            || signature.is_some_and(|signature| {
                signature.kind == FunctionKind::Window
                    && !matches!(signature.ty, TypeRule::Argument(_) | TypeRule::Named(NamedRule::Lag))
            });
        let mut window = Vec::new();
        if let Some(over) = call.over.as_ref().filter(|_| ranks) {
            window.extend(over.partition_by.iter().chain(&over.order_by).copied());
        }
        self.sources_of(args.chain(window), &Transform::Expression)
    }

    fn call_influences(&mut self, call: &Call) {
        if gives_rows(call) {
            for arg in &call.args {
                self.influence_of(arg.value, InfluenceKind::Join);
            }
        }
        if let Some(filter) = call.filter {
            self.influence_of(filter, InfluenceKind::Filter);
        }
        for key in &call.order_by {
            self.influence_of(*key, InfluenceKind::Order);
        }
        if let Some(window) = &call.over {
            let mut exprs = Vec::new();
            window_exprs(window, &mut exprs);
            for expr in exprs {
                self.influence_of(expr, InfluenceKind::Window);
            }
        }
    }

    /// Whether what is aggregated stands in `WITHIN GROUP (ORDER BY …)`.
    pub(super) fn is_within_group(&self, call: &Call) -> bool {
        !call.order_by.is_empty()
            && call.args.len() <= 1
            && (call.name.starts_with("PERCENTILE")
                || call.name.starts_with("QUANTILE")
                || (call.name == "MODE" && call.args.is_empty()))
    }

    fn call_nullability(
        &self,
        signature: &Signature,
        call: &Call,
        args: &[Value],
        scope: ScopeId,
    ) -> Nullability {
        let any = || {
            args.iter()
                .enumerate()
                .filter(|(position, _)| !self.is_date_part(call, *position))
                .filter(|(position, _)| !self.is_lambda(call.args[*position].value))
                .fold(Nullability::NotNull, |so_far, (_, arg)| so_far.any(arg.nullability))
        };
        let of = |position: usize| args.get(position).map_or(Nullability::Unknown, |arg| arg.nullability);
        match signature.nullability {
            NullRule::NotNull => Nullability::NotNull,
            NullRule::Nullable => Nullability::Nullable,
            NullRule::Unknown => Nullability::Unknown,
            NullRule::Any if call.name.starts_with("SAFE.") => Nullability::Nullable,
            NullRule::Any if self.dialect == DialectKind::Permissive && is_greatest(call) => {
                Nullability::Unknown
            }
            NullRule::Any => any(),
            NullRule::All => args
                .iter()
                .map(|arg| arg.nullability)
                .reduce(Nullability::all)
                .unwrap_or(Nullability::Unknown),
            NullRule::First => of(0),
            NullRule::If => of(1).any(of(2)),
            NullRule::Nvl2 => of(1).any(of(2)),
            NullRule::Lag => match (of(0), args.get(2)) {
                (Nullability::NotNull, Some(default)) if default.nullability == Nullability::NotNull => {
                    Nullability::NotNull
                }
                _ => Nullability::Nullable,
            },
            NullRule::Group => self.group_nullability(call, any(), scope),
        }
    }

    /// Of an aggregate that is NULL over no rows.
    fn group_nullability(&self, call: &Call, args: Nullability, scope: ScopeId) -> Nullability {
        let args = if self.is_within_group(call) {
            args.any(self.any_null(call.order_by.iter().copied()))
        } else {
            args
        };
        if call.filter.is_some() {
            return Nullability::Nullable;
        }
        match &call.over {
            None if self.scope(scope).grouped => args,
            None => Nullability::Nullable,
            Some(window) => {
                let plain = &self.scope(scope).plain_windows;
                let base = window.base.as_ref().map(|base| folded(&base.text));
                if window.has_frame || base.is_some_and(|base| !plain.contains(&base)) {
                    return args.any(Nullability::Unknown);
                }
                args
            }
        }
    }
}

fn is_greatest(call: &Call) -> bool {
    matches!(call.name.as_str(), "GREATEST" | "LEAST")
}
