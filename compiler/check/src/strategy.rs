//! Can the strategy work on this output? (spec 03 §10.4 E107, §12)

use crate::partition_key::{is_canonical_key, key_format};
use rocky_base_db::{Severity, closest};
use rocky_hir::ModelHeader;
use rocky_project::{Granularity, Strategy, TimeInterval};
use rocky_types::{DataType, Nullability, Schema, TypedColumn};

/// A finding about a strategy. It stands at `key` of the model's settings, or in the SQL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StrategyFinding {
    /// Its code.
    pub(crate) code: &'static str,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) suggestion: Option<String>,
    /// The key below `strategy` that it is about; `None` when it is about the query.
    pub(crate) key: Option<&'static str>,
}

/// Checks a model's strategy against its output and its placeholders.
pub(crate) fn strategy_findings(
    model: &str,
    strategy: &Strategy,
    schema: &Schema,
    header: &ModelHeader,
) -> Vec<StrategyFinding> {
    let mut check = Check { model, schema, header, findings: Vec::new() };
    match strategy {
        Strategy::TimeInterval(interval) => check.time_interval(interval, "time_column", true),
        Strategy::Microbatch(interval) => check.time_interval(interval, "timestamp_column", false),
        _ => {
            check.needed_columns(strategy);
            check.unused_placeholders(strategy);
        }
    }
    check.findings
}

struct Check<'a> {
    model: &'a str,
    schema: &'a Schema,
    header: &'a ModelHeader,
    findings: Vec<StrategyFinding>,
}

impl<'a> Check<'a> {
    fn add(&mut self, code: &'static str, key: Option<&'static str>, message: String, help: Option<String>) {
        let severity = if code.starts_with('E') { Severity::Error } else { Severity::Warning };
        self.findings.push(StrategyFinding { code, severity, message, suggestion: help, key });
    }

    fn find(&self, name: &str) -> Option<&'a TypedColumn> {
        self.schema.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    fn columns(&self) -> String {
        let names: Vec<&str> = self.schema.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }

    fn missing_column_help(&self, name: &str) -> String {
        match closest(name, self.schema.columns.iter().map(|column| column.name.as_str())) {
            Some(candidate) => format!("did you mean '{candidate}'?"),
            None => format!("the output has {}", self.columns()),
        }
    }

    fn cannot_verify(&mut self, name: &str, key: &'static str) {
        let message = format!(
            "cannot verify that '{}' outputs '{name}', which its strategy needs: not all its columns are known",
            self.model
        );
        self.add("W105", Some(key), message, Some("the run checks it again".to_owned()));
    }

    fn time_interval(&mut self, interval: &TimeInterval, key: &'static str, placeholders_needed: bool) {
        let name = interval.time_column.as_str();
        let model = self.model;
        let is_identifier =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_identifier {
            let message = format!("'{name}' is not a column name that '{model}' can be partitioned by");
            self.add("E023", Some(key), message, Some("use letters, digits and _ only".to_owned()));
        } else {
            match self.find(name) {
                Some(column) => self.time_column(column, interval, key),
                None if self.schema.open => self.cannot_verify(name, key),
                None => {
                    let message = format!("'{name}', the time column of '{model}', is not in its output");
                    let help = self.missing_column_help(name);
                    self.add("E020", Some(key), message, Some(help));
                }
            }
        }
        self.placeholders(name, placeholders_needed);
        if let Some(first) = &interval.first_partition
            && !is_canonical_key(first, interval.granularity)
        {
            let grain = interval.granularity.as_str();
            let message = format!("'{first}' is not a key of a partition of one {grain}");
            let help = format!("write it as {}", key_format(interval.granularity));
            self.add("E026", Some("first_partition"), message, Some(help));
        }
    }

    fn time_column(&mut self, column: &TypedColumn, interval: &TimeInterval, key: &'static str) {
        let (name, model) = (&column.name, self.model);
        if !column.ty.is_unknown() && !column.ty.is_temporal() {
            let message = format!(
                "'{name}', the time column of '{model}', is {}, not a date or timestamp",
                column.ty.contract_name()
            );
            self.add("E021", Some(key), message, Some(format!("cast '{name}', or choose another column")));
        }
        if !column.ty.is_unknown() && column.nullability == Nullability::Nullable {
            let message = format!(
                "'{name}', the time column of '{model}', can be NULL; such rows belong to no partition"
            );
            let help = format!("use COALESCE({name}, …) or filter with `{name} IS NOT NULL`");
            self.add("E022", Some(key), message, Some(help));
        }
        if interval.granularity == Granularity::Hour && column.ty == DataType::Date {
            let message = format!("'{name}' is a date, so '{model}' cannot have hourly partitions");
            let help = "use granularity = \"day\", or a timestamp column".to_owned();
            self.add("E025", Some("granularity"), message, Some(help));
        }
    }

    fn placeholders(&mut self, name: &str, needed: bool) {
        let model = self.model;
        let (missing, side) = match (self.header.start_date, self.header.end_date) {
            (true, true) => return,
            (false, false) => {
                if needed {
                    let message = format!(
                        "'{model}' is partitioned by time but uses neither @start_date nor @end_date: every \
                         partition would get all rows"
                    );
                    let help = format!("add `WHERE {name} >= @start_date AND {name} < @end_date`");
                    self.add("E024", None, message, Some(help));
                }
                return;
            }
            (true, false) => ("@end_date", "upper"),
            (false, true) => ("@start_date", "lower"),
        };
        let comparison = if side == "upper" { "<" } else { ">=" };
        let message = format!("'{model}' does not use {missing}: its partitions have no {side} bound");
        self.add("W003", None, message, Some(format!("add `AND {name} {comparison} {missing}`")));
    }

    fn needed_columns(&mut self, strategy: &Strategy) {
        let mut reported: Vec<&str> = Vec::new();
        for (key, name) in strategy.needed_columns() {
            if reported.contains(&name.as_str()) {
                continue;
            }
            match self.find(name) {
                Some(column) => {
                    if key == "unique_key" && column.nullability == Nullability::Nullable {
                        let message = format!(
                            "'{name}', a merge key of '{}', can be NULL; NULL keys never match",
                            self.model
                        );
                        let help = format!("filter with `{name} IS NOT NULL`");
                        self.add("W109", Some(key), message, Some(help));
                    }
                }
                None if self.schema.open => self.cannot_verify(name, key),
                None => {
                    reported.push(name);
                    let message = format!(
                        "'{name}' is needed by strategy {} of '{}' but not in its output",
                        strategy.type_name(),
                        self.model
                    );
                    let help = self.missing_column_help(name);
                    self.add("E107", Some(key), message, Some(help));
                }
            }
        }
        if let Strategy::Merge { unique_key, update_columns: Some(updated) } = strategy {
            for name in updated {
                if unique_key.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                    let message =
                        format!("'{name}' of '{}' is both merge key and updated column", self.model);
                    let help = format!("drop '{name}' from update_columns");
                    self.add("W109", Some("update_columns"), message, Some(help));
                }
            }
        }
    }

    fn unused_placeholders(&mut self, strategy: &Strategy) {
        for (used, name) in [(self.header.start_date, "@start_date"), (self.header.end_date, "@end_date")] {
            if used {
                let message = format!(
                    "nothing replaces {name}: the strategy of '{}' is {}, which has no time partitions",
                    self.model,
                    strategy.type_name()
                );
                let help = "remove it, or use strategy time_interval or microbatch".to_owned();
                self.add("W107", None, message, Some(help));
            }
        }
    }
}
