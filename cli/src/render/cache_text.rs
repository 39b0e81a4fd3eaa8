//! The cache for people.

use super::counted;
use crate::output::{CacheOutput, CacheShare};
use std::fmt::Write as _;

/// What is in the cache, after what was done with it.
pub(crate) fn render(output: &CacheOutput) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    if let Some(rows) = output.moved_rows {
        let _ = writeln!(text, "{}ed {}\n", capital(output.action), counted(rows, "result"));
    }
    if let Some(verification) = output.verification {
        let wrong = if verification.wrong == 0 {
            "all right".to_owned()
        } else {
            format!("{} wrong", verification.wrong)
        };
        let rows = counted(verification.rows_compared, "result");
        let models = counted(verification.models_compared, "model");
        let _ = writeln!(text, "Compared {rows} and {models}: {wrong}\n");
        if verification.wrong > 0 {
            text.push_str(
                "This is a bug in Rocky: report it with the folder, then run 'rocky cache clear'.\n\n",
            );
        }
    }
    let _ = writeln!(text, "{}", output.folder);
    let shares = [
        ("file stamps", output.stamps),
        ("project", output.images),
        ("printed results", output.outcomes),
        ("single models", output.rows),
        ("unfinished", output.unfinished),
    ];
    for (name, CacheShare { files, bytes }) in shares {
        let _ = writeln!(text, "  {name:<16} {:>9} {:>10}", counted(files, "file"), size(bytes));
    }
    for function in &output.functions {
        let name = format!("{} {}", function.name, function.version);
        let _ = writeln!(
            text,
            "    {name:<18} {:>9} {:>10}",
            counted(function.rows, "result"),
            size(function.bytes)
        );
    }
    text
}

fn capital(action: &str) -> String {
    let (first, rest) = action.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}", first.to_uppercase())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::output::{CacheFunction, CacheOutput, CacheShare, CacheVerification, VERSION};
    use expect_test::expect;

    #[test]
    fn what_was_done_then_what_is_there() {
        let share = |files, bytes| CacheShare { files, bytes };
        let output = CacheOutput {
            version: VERSION,
            command: "cache",
            action: "verify",
            folder: ".rocky/cache".to_owned(),
            stamps: share(1, 1_500),
            images: share(2, 7_250_000),
            outcomes: share(0, 0),
            rows: share(1, 999),
            unfinished: share(0, 0),
            functions: vec![CacheFunction {
                name: "model_facts".to_owned(),
                version: 3,
                rows: 12,
                bytes: 800,
            }],
            moved_rows: None,
            verification: Some(CacheVerification { rows_compared: 12, models_compared: 1, wrong: 0 }),
        };
        expect![[r#"
            Compared 12 results and 1 model: all right

            .rocky/cache
              file stamps         1 file     1.5 kB
              project            2 files     7.2 MB
              printed results    0 files        0 B
              single models       1 file      999 B
              unfinished         0 files        0 B
                model_facts 3      12 results      800 B
        "#]]
        .assert_eq(&render(&output));
        let moved = CacheOutput { action: "import", moved_rows: Some(1), verification: None, ..output };
        assert!(render(&moved).starts_with("Imported 1 result\n\n.rocky/cache\n"));
    }
}
