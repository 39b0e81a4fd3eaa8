//! Text for people. Everything here makes strings; nothing here writes.

pub(crate) mod cache_text;
pub(crate) mod ci_diff_markdown;
pub(crate) mod ci_diff_text;
pub(crate) mod ci_text;
pub(crate) mod compile_text;
pub(crate) mod diagnostics;
pub(crate) mod lineage_diff_markdown;
pub(crate) mod lineage_diff_text;
pub(crate) mod lineage_dot;
pub(crate) mod lineage_text;
pub(crate) mod lint_text;
pub(crate) mod plan_text;
pub(crate) mod progress;
pub(crate) mod run_text;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod test_text;
pub(crate) mod validate_text;

/// `1 model`, `2 models`.
pub(crate) fn counted(count: u64, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ if one.ends_with('y') => format!("{count} {}ies", &one[..one.len() - 1]),
        _ => format!("{count} {one}s"),
    }
}

/// Milliseconds for people: `12 ms`, `1.2 s`, `3 min 5 s`.
pub(crate) fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, duration};

    #[test]
    fn numbers_for_people() {
        assert_eq!(counted(1, "model"), "1 model");
        assert_eq!(counted(0, "warning"), "0 warnings");
        assert_eq!(counted(2, "entry"), "2 entries");
        assert_eq!(duration(999), "999 ms");
        assert_eq!(duration(1_250), "1.2 s");
        assert_eq!(duration(185_000), "3 min 5 s");
    }
}
