//! Findings of the Rocky language that its own package makes (spec 02 §8): only their level is decided here.

use crate::rule::{Check, FixSafety, Languages, Rule};
use crate::settings::Level;

const fn elsewhere(
    name: &'static str,
    code: &'static str,
    level: Level,
    texts: [&'static str; 4],
    fix: FixSafety,
) -> Rule {
    let [summary, why, bad, good] = texts;
    Rule {
        name,
        code,
        languages: Languages::Rocky,
        default: level,
        recommended: level,
        parameter: None,
        fix,
        summary,
        why,
        bad,
        good,
        check: Check::Elsewhere,
    }
}

pub(crate) const NULL_COMPARED: Rule = elsewhere(
    "rocky_null_comparison",
    "S020",
    Level::Warning,
    [
        "a comparison with `null`",
        "It is never true.",
        "from orders\nwhere shipped_at == null\n",
        "from orders\nwhere shipped_at is null\n",
    ],
    FixSafety::Unsafe,
);

pub(crate) const DROPPED_COLUMN: Rule = elsewhere(
    "rocky_dropped_column",
    "S022",
    Level::Warning,
    [
        "a column that an earlier `select` dropped",
        "The name may mean another column then.",
        "from orders\nselect { id }\nsort amount\n",
        "from orders\nsort amount\nselect { id }\n",
    ],
    FixSafety::None,
);

pub(crate) const LOST_SORT: Rule = elsewhere(
    "rocky_lost_sort",
    "S023",
    Level::Warning,
    [
        "a `sort` whose order a later step drops",
        "It is paid and has no effect.",
        "from orders\nsort id\ngroup status { n: count() }\n",
        "from orders\ngroup status { n: count() }\nsort status\n",
    ],
    FixSafety::None,
);

pub(crate) const MOVED_COLUMN: Rule = elsewhere(
    "rocky_moved_column",
    "S025",
    Level::Info,
    [
        "`derive` that defines a column of the relation again",
        "The column moves to the end.",
        "from orders\nderive { amount: amount * 2 }\n",
        "from orders\nderive { double_amount: amount * 2 }\n",
    ],
    FixSafety::None,
);
