//! Does a model's output keep its contract? (spec 03 §11.1)

use crate::contract_type::ContractType;
use rocky_base_db::{Severity, closest};
use rocky_project::Contract;
use rocky_syntax::DialectKind;
use rocky_types::{Nullability, Schema, TypedColumn};
use smol_str::SmolStr;

/// A broken rule of a contract. Without ranges: the caller knows both files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ContractFinding {
    /// Its code.
    pub(crate) code: &'static str,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) suggestion: Option<String>,
    /// The output column it is about, if the model has it.
    pub(crate) column: Option<SmolStr>,
    /// The contract's entry, as a path of keys such as `columns.0.type`.
    pub(crate) entry: String,
}

/// Checks `schema` against `contract`. Findings come in the order of the rules: required, columns,
/// protected, new nullable columns.
pub(crate) fn contract_findings(
    model: &str,
    schema: &Schema,
    contract: &Contract,
    dialect: DialectKind,
) -> Vec<ContractFinding> {
    let mut check = Check { model, schema, dialect, findings: Vec::new() };
    for (index, name) in contract.required.iter().enumerate() {
        check.present("E010", name, format!("rules.required.{index}"));
    }
    for (index, column) in contract.columns.iter().enumerate() {
        check.column(contract, index, column);
    }
    for (index, name) in contract.protected.iter().enumerate() {
        check.present("E013", name, format!("rules.protected.{index}"));
    }
    if contract.no_new_nullable {
        check.no_new_nullable(contract);
    }
    check.findings
}

struct Check<'a> {
    model: &'a str,
    schema: &'a Schema,
    dialect: DialectKind,
    findings: Vec<ContractFinding>,
}

impl<'a> Check<'a> {
    fn find(&self, name: &str) -> Option<&'a TypedColumn> {
        self.schema.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    fn did_you_mean(&self, name: &str) -> Option<String> {
        closest(name, self.schema.columns.iter().map(|column| column.name.as_str()))
            .map(|candidate| format!("did you mean '{candidate}'?"))
    }

    fn add(
        &mut self,
        code: &'static str,
        message: String,
        suggestion: Option<String>,
        column: Option<&str>,
        entry: String,
    ) {
        let severity = if code.starts_with('E') { Severity::Error } else { Severity::Warning };
        let column = column.map(SmolStr::new);
        self.findings.push(ContractFinding { code, severity, message, suggestion, column, entry });
    }

    fn cannot_verify(&mut self, name: &str, entry: String) {
        let message = format!(
            "cannot verify that '{}' outputs '{name}': it selects from something whose columns are not known",
            self.model
        );
        let help =
            "list the columns instead of `*`, or let `rocky run` record the source's columns".to_owned();
        self.add("W105", message, Some(help), None, entry);
    }

    fn present(&mut self, code: &'static str, name: &str, entry: String) {
        if self.find(name).is_some() {
            return;
        }
        if self.schema.open {
            self.cannot_verify(name, entry);
            return;
        }
        let model = self.model;
        let (message, advice) = if code == "E010" {
            (
                format!("'{name}' is required by the contract of '{model}' but missing from its output"),
                format!("add '{name}' to the SELECT, or drop it from `required`"),
            )
        } else {
            (
                format!("'{name}' is protected by the contract of '{model}' but was removed from its output"),
                format!("put '{name}' back into the SELECT, or drop it from `protected`"),
            )
        };
        let suggestion = self.did_you_mean(name).unwrap_or(advice);
        self.add(code, message, Some(suggestion), None, entry);
    }

    fn column(&mut self, contract: &Contract, index: usize, declared: &rocky_project::ContractColumn) {
        let name = &declared.name;
        let entry = |key: &str| format!("columns.{index}.{key}");
        let expected = declared.type_name.as_deref().map(|text| (text, ContractType::parse(text)));
        if let Some((text, None)) = &expected {
            let names = [
                "Boolean",
                "Int32",
                "Int64",
                "Float32",
                "Float64",
                "Decimal",
                "String",
                "Date",
                "Timestamp",
                "TimestampNtz",
                "Time",
                "Interval",
                "Binary",
                "Array",
                "Map",
                "Struct",
                "Variant",
            ];
            let help = match closest(text, names) {
                Some(candidate) => format!("did you mean '{candidate}'?"),
                None => format!("the types are {}", names.join(", ")),
            };
            let message =
                format!("'{text}' is not a type; column '{name}' of '{}' is not checked", self.model);
            self.add("W108", message, Some(help), Some(name), entry("type"));
        }
        let Some(actual) = self.find(name) else {
            let required = contract.required.iter().any(|other| other.eq_ignore_ascii_case(name));
            let protected = contract.protected.iter().any(|other| other.eq_ignore_ascii_case(name));
            if required || protected {
                return;
            }
            if self.schema.open {
                self.cannot_verify(name, entry("name"));
            } else {
                let message =
                    format!("'{name}' stands in the contract of '{}' but not in its output", self.model);
                let suggestion = self.did_you_mean(name);
                self.add("W010", message, suggestion, None, entry("name"));
            }
            return;
        };
        if let Some((text, Some(expected))) = expected
            && !expected.accepts(&actual.ty, actual.exact, self.dialect)
            && !allowed_change(contract, text, actual)
        {
            let message = format!(
                "'{name}' of '{}' should be {text} by its contract but is {}",
                self.model,
                actual.ty.contract_name()
            );
            let help = format!("cast it: CAST({name} AS …), or change the contract");
            self.add("E011", message, Some(help), Some(name), entry("type"));
        }
        if declared.nullable == Some(false) && actual.nullability == Nullability::Nullable {
            let message = format!(
                "'{name}' of '{}' should be non-nullable by its contract but can be NULL",
                self.model
            );
            let help = format!("use COALESCE({name}, …) or filter with `{name} IS NOT NULL`");
            self.add("E012", message, Some(help), Some(name), entry("nullable"));
        }
    }

    fn no_new_nullable(&mut self, contract: &Contract) {
        let entry = "rules.no_new_nullable";
        if self.schema.open {
            let message = format!(
                "cannot verify that '{}' adds no nullable columns: not all its columns are known",
                self.model
            );
            self.add("W105", message, None, None, entry.to_owned());
            return;
        }
        let schema = self.schema;
        for column in &schema.columns {
            let declared = contract.columns.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name));
            if !declared && column.nullability == Nullability::Nullable {
                let message = format!(
                    "'{}' of '{}' can be NULL and is not declared; its contract forbids new nullable columns",
                    column.name, self.model
                );
                let help = "declare it in the contract, or make it non-nullable".to_owned();
                self.add("E014", message, Some(help), Some(&column.name), entry.to_owned());
            }
        }
    }
}

fn allowed_change(contract: &Contract, expected: &str, actual: &TypedColumn) -> bool {
    let actual = actual.ty.contract_name().to_string();
    contract
        .allowed_type_changes
        .iter()
        .flatten()
        .any(|change| change.from.eq_ignore_ascii_case(expected) && change.to.eq_ignore_ascii_case(&actual))
}
