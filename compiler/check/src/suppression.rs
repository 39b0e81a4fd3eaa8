//! `-- rocky: ignore[CODE]` above a line (spec 03 §10.5).

use rocky_base_db::{Diagnostic, Severity};

const MARK: &str = "rocky: ignore[";

/// Drops the warnings and infos of `diagnostics` that a comment on the line before them names. Errors
/// cannot be dropped. Only findings of this text may be given.
pub(crate) fn suppress(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    if !text.contains(MARK) {
        return;
    }
    let suppressions = suppressions(text);
    diagnostics.retain(|diagnostic| {
        let Some(range) = diagnostic.range else { return true };
        let start = usize::from(range.start()).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count();
        diagnostic.severity == Severity::Error
            || !suppressions
                .iter()
                .any(|(at, codes)| *at == line && codes.iter().any(|code| *code == diagnostic.code.as_str()))
    });
}

/// The lines, from 0, whose findings are dropped, with the codes.
fn suppressions(text: &str) -> Vec<(usize, Vec<&str>)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim();
        if !line.starts_with("--") {
            continue;
        }
        let Some(codes) = line.split(MARK).nth(1).and_then(|rest| rest.split(']').next()) else { continue };
        // Several such comments may stand above one line.
        let next = lines[number + 1..].iter().position(|next| !next.trim().starts_with("--"));
        if let Some(next) = next {
            found.push((number + 1 + next, codes.split(',').map(str::trim).collect()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::suppressions;

    #[test]
    fn the_comment_counts_for_the_line_below() {
        let text = "select\n  -- rocky: ignore[W101]\n  -- rocky: ignore[I002, I003]\n  a, a\nfrom t";
        assert_eq!(suppressions(text), [(3, vec!["W101"]), (3, vec!["I002", "I003"])]);
        assert!(suppressions("select 'rocky: ignore[W101]'\nfrom t").is_empty());
    }
}
