//! `rocky plan` for people.

use super::style::{Style, Tone};
use crate::output::PlanOutput;
use std::fmt::Write as _;

/// Each statement below a comment that says what it is for.
pub(crate) fn render(output: &PlanOutput, style: Style) -> String {
    let mut text = String::new();
    for statement in &output.statements {
        let comment = format!("-- {} ({})", statement.purpose, statement.target);
        let _ = writeln!(text, "{}\n{};\n", style.paint(Tone::Quiet, &comment), statement.sql);
    }
    for skipped in &output.skipped {
        let comment = format!("-- {}: {}", skipped.model, skipped.reason);
        let _ = writeln!(text, "{}", style.paint(Tone::Quiet, &comment));
    }
    for skipped in &output.skipped_schemas {
        let comment = format!("-- the schema {} is skipped: {}", skipped.schema, skipped.reason);
        let _ = writeln!(text, "{}", style.paint(Tone::Quiet, &comment));
    }
    if output.statements.is_empty() && output.skipped.is_empty() {
        text.push_str("-- nothing to do\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::output::{PlanOutput, PlannedStatement, SkippedModel, SkippedSchema, VERSION};
    use crate::render::style::Style;
    use expect_test::expect;

    #[test]
    fn statements_can_be_pasted() {
        let output = PlanOutput {
            version: VERSION,
            command: "plan",
            filter: String::new(),
            statements: vec![PlannedStatement {
                purpose: "create_schema".to_owned(),
                target: "shop.mart".to_owned(),
                sql: "CREATE SCHEMA IF NOT EXISTS shop.mart".to_owned(),
            }],
            models: vec![],
            execution_layers: vec![],
            skipped: vec![SkippedModel { model: "base".to_owned(), reason: "ephemeral".to_owned() }],
            skipped_schemas: vec![SkippedSchema {
                schema: "raw__a".to_owned(),
                reason: "too short".to_owned(),
            }],
        };
        expect![[r#"
            -- create_schema (shop.mart)
            CREATE SCHEMA IF NOT EXISTS shop.mart;

            -- base: ephemeral
            -- the schema raw__a is skipped: too short
        "#]]
        .assert_eq(&render(&output, Style::Plain));
        let nothing = PlanOutput { statements: vec![], skipped: vec![], skipped_schemas: vec![], ..output };
        assert_eq!(render(&nothing, Style::Plain), "-- nothing to do\n");
    }
}
