//! The wording of findings about names.

use super::Inferrer;
use super::scope::{Found, ScopeId};
use crate::{Anchor, DataType, Finding, RelatedPlace, StructField};
use rocky_base_db::{Severity, closest};
use rocky_hir::body::{ExprId, Ident};
use smol_str::SmolStr;

/// After so many findings no more names are compared.
const MOST_SUGGESTIONS: usize = 200;

impl Inferrer<'_> {
    /// Adds a finding.
    pub(super) fn report(
        &mut self,
        code: &str,
        severity: Severity,
        anchor: Anchor,
        message: String,
    ) -> usize {
        self.findings.push(Finding {
            code: SmolStr::new(code),
            severity,
            anchor,
            message,
            suggestion: None,
            replacement: None,
            related: Vec::new(),
        });
        self.findings.len() - 1
    }

    pub(super) fn suggest(&mut self, finding: usize, suggestion: String) {
        self.findings[finding].suggestion = Some(suggestion);
    }

    /// Adds "did you mean" with the likeliest of these names, if one is likely.
    pub(super) fn suggest_name(&mut self, finding: usize, name: &str, candidates: &[SmolStr]) {
        if self.findings.len() > MOST_SUGGESTIONS {
            return;
        }
        if let Some(meant) = closest(name, candidates.iter().map(SmolStr::as_str)) {
            self.findings[finding].suggestion = Some(format!("did you mean '{meant}'?"));
            self.findings[finding].replacement = Some(SmolStr::new(meant));
        }
    }

    /// Reports a column reference that names nothing, or several things.
    pub(super) fn report_missing(&mut self, expr: ExprId, parts: &[Ident], scope: ScopeId, found: &Found) {
        let Some(first) = parts.first() else {
            return;
        };
        match found {
            Found::Ambiguous { scope, relations } => self.report_ambiguous(expr, first, *scope, relations),
            Found::MissingIn { scope: owner, relation } => {
                let relation = &self.scope(*owner).relations[*relation];
                let label = relation.name.as_ref().map_or(SmolStr::default(), |name| name.text.clone());
                let severity = if relation.output.cached { Severity::Warning } else { Severity::Error };
                let names: Vec<SmolStr> =
                    relation.output.columns.iter().map(|column| column.name.clone()).collect();
                let qualifier = self.qualifier_length(parts, scope);
                let name = parts.get(qualifier).unwrap_or(first);
                let message = format!("'{}' is not a column of '{label}'", name.text);
                let text = name.text.clone();
                let finding = self.report("E003", severity, Anchor::Expr(expr), message);
                self.suggest_name(finding, &text, &names);
                if self.findings[finding].suggestion.is_none() {
                    self.suggest_owner(finding, &text, scope);
                }
            }
            Found::MissingRelation => {
                let names = self.relation_names(scope);
                let message = format!(
                    "'{}' in '{}' is neither a table in this FROM clause nor a column",
                    first.text,
                    written(parts)
                );
                let severity = self.absence_severity(scope);
                let finding = self.report("E003", severity, Anchor::Expr(expr), message);
                self.suggest_name(finding, &first.text, &names);
            }
            _ => {
                let tables = self.relation_names(scope);
                let place = match tables.as_slice() {
                    [] => "there is no FROM clause to take it from".to_owned(),
                    [one] => format!("it is not in '{one}'"),
                    several => {
                        let shown: Vec<String> =
                            several.iter().take(4).map(|name| format!("'{name}'")).collect();
                        let more = if several.len() > 4 { ", …" } else { "" };
                        format!("none of {}{more} has it", shown.join(", "))
                    }
                };
                let message = format!("'{}' is not a column here: {place}", first.text);
                let severity = self.absence_severity(scope);
                let finding = self.report("E003", severity, Anchor::Expr(expr), message);
                if finding < MOST_SUGGESTIONS {
                    let names = self.visible_names(scope);
                    self.suggest_name(finding, &first.text, &names);
                }
            }
        }
    }

    fn report_ambiguous(&mut self, expr: ExprId, name: &Ident, scope: ScopeId, relations: &[usize]) {
        let scope = self.scope(scope);
        let owners: Vec<(SmolStr, Option<Anchor>)> = relations
            .iter()
            .filter_map(|relation| scope.relations.get(*relation))
            .map(|relation| {
                let label = relation.name.as_ref().map_or(SmolStr::default(), |name| name.text.clone());
                (label, relation.id.map(Anchor::Relation))
            })
            .collect();
        let tables: Vec<String> = owners.iter().map(|(label, _)| format!("'{label}'")).collect();
        let message = format!("'{}' is ambiguous: {} have it", name.text, tables.join(" and "));
        let finding = self.report("E106", Severity::Error, Anchor::Expr(expr), message);
        if let Some((label, _)) = owners.iter().find(|(label, _)| !label.is_empty()) {
            self.suggest(finding, format!("say which one is meant, for example '{label}.{}'", name.text));
        }
        self.findings[finding].related = owners
            .into_iter()
            .filter_map(|(label, anchor)| {
                let message = format!("'{label}' has a column '{}'", name.text);
                Some(RelatedPlace { anchor: anchor?, message })
            })
            .collect();
    }

    /// Says which other relation has the column.
    fn suggest_owner(&mut self, finding: usize, name: &str, scope: ScopeId) {
        let ident = Ident::new(name);
        let owner = self.scope_chain(scope).find_map(|scope| {
            let relations = &self.scope(scope).relations;
            let owner = relations
                .iter()
                .find(|relation| relation.visible && relation.output.find(&ident, self.dialect).is_some())?;
            owner.name.as_ref().map(|owner| owner.text.clone())
        });
        if let Some(owner) = owner {
            self.suggest(finding, format!("'{owner}' has a column of that name: '{owner}.{name}'"));
        }
    }

    /// Reports a field a struct does not have.
    pub(super) fn report_missing_field(&mut self, expr: ExprId, name: &Ident, fields: &[StructField]) {
        let names: Vec<SmolStr> = fields.iter().map(|field| field.name.clone()).collect();
        let message = format!("'{}' is not a field of this struct", name.text);
        let finding = self.report("E003", Severity::Error, Anchor::Expr(expr), message);
        self.suggest_name(finding, &name.text, &names);
    }

    /// Reports a field of something that has no fields.
    pub(super) fn report_no_fields(&mut self, expr: ExprId, name: &Ident, ty: &DataType) {
        let message = format!("'{}' cannot be taken from a value of type {}", name.text, ty.contract_name());
        self.report("E003", Severity::Error, Anchor::Expr(expr), message);
    }

    /// An absence is an error, unless it rests on the remembered schema of an external table.
    fn absence_severity(&self, scope: ScopeId) -> Severity {
        if self.rests_on_cache(scope) { Severity::Warning } else { Severity::Error }
    }

    /// How many parts before the column name a relation.
    fn qualifier_length(&self, parts: &[Ident], scope: ScopeId) -> usize {
        for scope in self.scope_chain(scope) {
            for length in (1..parts.len().min(4)).rev() {
                if self.named_relation(&parts[..length], scope).is_some() {
                    return length;
                }
            }
        }
        0
    }

    /// Names of the visible relations, innermost first.
    pub(super) fn relation_names(&self, scope: ScopeId) -> Vec<SmolStr> {
        self.scope_chain(scope)
            .flat_map(|scope| self.scope(scope).relations.iter())
            .filter(|relation| relation.visible)
            .filter_map(|relation| relation.name.as_ref().map(|name| name.text.clone()))
            .collect()
    }
}

/// A dotted name as written.
pub(super) fn written(parts: &[Ident]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}
