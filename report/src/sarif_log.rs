//! SARIF 2.1.0, as code scanning reads it.

use crate::{Case, Finding, Level, Outcome, Place, Report};
use serde_json::{Map, Value, json};

/// Where the schema of the format is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const INFORMATION: &str = "https://github.com/rocky-sql/rocky";
/// The rule of a test that failed or was not evaluated.
const TEST_RULE: &str = "rocky-test";

/// The report as one SARIF document, with a line end.
pub fn sarif(report: &Report) -> String {
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [run(report)],
    });
    // A value of plain maps, lists and texts always serialises.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn run(report: &Report) -> Value {
    let rules = rules(report);
    let index = |code: &str| rules.iter().position(|rule| rule["id"] == code);
    let mut results: Vec<Value> =
        report.findings.iter().map(|finding| of_finding(report, finding, index(&finding.code))).collect();
    results.extend(report.cases.iter().filter_map(|case| of_case(report, case, index(TEST_RULE))));
    json!({
        "tool": {
            "driver": {
                "name": "Rocky",
                "version": report.version,
                "semanticVersion": report.version,
                "informationUri": INFORMATION,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The root of the repository." } } },
        "invocations": [invocation(report)],
        "results": results,
    })
}

/// What was not evaluated is no result: nothing is known of it. It is told about the execution.
fn invocation(report: &Report) -> Value {
    let unknown = report.unknown_by_reason();
    let notifications: Vec<Value> = unknown
        .iter()
        .map(|(why, cases)| {
            let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
            let text = format!("Not evaluated, because {why}: {}.", names.join(", "));
            json!({ "level": "warning", "message": { "text": text } })
        })
        .collect();
    let mut invocation = Map::new();
    invocation.insert("executionSuccessful".to_owned(), json!(unknown.is_empty()));
    if !notifications.is_empty() {
        invocation.insert("toolExecutionNotifications".to_owned(), Value::Array(notifications));
    }
    Value::Object(invocation)
}

fn rules(report: &Report) -> Vec<Value> {
    let mut rules: Vec<Value> = report
        .rules
        .iter()
        .map(|rule| {
            let level = report.findings.iter().filter(|finding| finding.code == rule.code);
            let level = level.map(|finding| finding.level).min().unwrap_or(Level::Note);
            json!({
                "id": rule.code,
                "shortDescription": { "text": sentence(&rule.title) },
                "help": { "text": rule.advice },
                "defaultConfiguration": { "level": level_name(level) },
            })
        })
        .collect();
    if report.cases.iter().any(|case| matches!(case.outcome, Outcome::Failed(_) | Outcome::Warned(_))) {
        rules.push(json!({
            "id": TEST_RULE,
            "shortDescription": { "text": "A model, or a test of one, did not pass." },
            "help": { "text": "'rocky test' shows what was found." },
            "defaultConfiguration": { "level": "error" },
        }));
    }
    rules
}

fn of_finding(report: &Report, finding: &Finding, rule: Option<usize>) -> Value {
    let message = match &finding.suggestion {
        Some(suggestion) => format!("{}\n{suggestion}", finding.message),
        None => finding.message.clone(),
    };
    let locations = match &finding.place {
        Some(place) => vec![location(place, &finding.model)],
        None => whole_file(&report.project_file, &finding.model),
    };
    let file = finding.place.as_ref().map(|place| place.file.as_str()).unwrap_or_default();
    let mut result = result(&finding.code, rule, level_name(finding.level), &message, locations);
    let identity = format!("{}\n{file}\n{}\n{}", finding.code, finding.model, finding.message);
    result.insert("partialFingerprints".to_owned(), json!({ "rockyFinding/v1": fingerprint(&identity) }));
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(number, (message, place))| {
            let mut related = physical(place);
            related.insert("id".to_owned(), json!(number + 1));
            related.insert("message".to_owned(), json!({ "text": message }));
            Value::Object(related)
        });
        result.insert("relatedLocations".to_owned(), related.collect());
    }
    Value::Object(result)
}

/// A test that passed, or of which nothing is known, is no result.
fn of_case(report: &Report, case: &Case, rule: Option<usize>) -> Option<Value> {
    let (level, message) = match &case.outcome {
        Outcome::Passed | Outcome::NotEvaluated(_) => return None,
        Outcome::Failed(error) => ("error", format!("{}: {error}", case.name)),
        Outcome::Warned(detail) => ("warning", format!("{}: {detail}", case.name)),
    };
    let file = if case.file.is_empty() { &report.project_file } else { &case.file };
    let locations = whole_file(file, &case.group);
    let mut result = result(TEST_RULE, rule, level, &message, locations);
    let identity = format!("{TEST_RULE}\n{}", case.name);
    result.insert("partialFingerprints".to_owned(), json!({ "rockyFinding/v1": fingerprint(&identity) }));
    Some(Value::Object(result))
}

/// Viewers want a place for everything: what is about a file as a whole stands at its beginning.
fn whole_file(file: &str, model: &str) -> Vec<Value> {
    if file.is_empty() {
        return Vec::new();
    }
    let place = Place { file: file.to_owned(), line: 1, column: 1, end_line: 1, end_column: 1 };
    vec![location(&place, model)]
}

fn result(
    code: &str,
    rule: Option<usize>,
    level: &str,
    message: &str,
    locations: Vec<Value>,
) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), json!(code));
    if let Some(rule) = rule {
        result.insert("ruleIndex".to_owned(), json!(rule));
    }
    result.insert("level".to_owned(), json!(level));
    result.insert("message".to_owned(), json!({ "text": message }));
    result.insert("locations".to_owned(), Value::Array(locations));
    result
}

fn location(place: &Place, model: &str) -> Value {
    let mut location = physical(place);
    if !model.is_empty() {
        location.insert("logicalLocations".to_owned(), json!([{ "name": model, "kind": "module" }]));
    }
    Value::Object(location)
}

fn physical(place: &Place) -> Map<String, Value> {
    let mut location = Map::new();
    location.insert(
        "physicalLocation".to_owned(),
        json!({
            "artifactLocation": { "uri": uri(&place.file), "uriBaseId": "SRCROOT" },
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line.max(place.line),
                "endColumn": place.end_column.max(1),
            },
        }),
    );
    location
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// Titles are half sentences; viewers expect whole ones.
fn sentence(title: &str) -> String {
    let mut characters = title.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", characters.as_str())
}

/// A path as a relative reference: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// FNV-1a, 64 bits: what a viewer recognises a finding by when lines move.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}
