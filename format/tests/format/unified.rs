//! Unified diffs.

use expect_test::expect;
use rocky_format::unified_diff;

#[test]
fn equal_texts_have_none() {
    assert_eq!(unified_diff("a.sql", "x\n", "x\n"), "");
}

#[test]
fn changes_have_three_lines_around_them() {
    let old: String = (1..=20).map(|line| format!("line {line}\n")).collect();
    let new = old.replace("line 5\n", "fifth\n").replace("line 18\n", "").replace("line 20\n", "line 20");
    expect![[r#"
        --- a.sql
        +++ a.sql
        @@ -2,7 +2,7 @@
         line 2
         line 3
         line 4
        -line 5
        +fifth
         line 6
         line 7
         line 8
        @@ -15,6 +15,5 @@
         line 15
         line 16
         line 17
        -line 18
         line 19
        -line 20
        +line 20
        \ No newline at end of file
    "#]]
    .assert_eq(&unified_diff("a.sql", &old, &new));
}

#[test]
fn an_empty_side_is_line_zero() {
    expect![[r#"
        --- a.sql
        +++ a.sql
        @@ -0,0 +1,1 @@
        +x
    "#]]
    .assert_eq(&unified_diff("a.sql", "", "x\n"));
}

/// Applying the diff's lines to the old text gives the new one, for many pairs of texts.
#[test]
fn its_lines_make_the_new_text() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut chance = move |of: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % of
    };
    for _ in 0..300 {
        let old: String = (0..chance(30)).map(|_| format!("{}\n", chance(5))).collect();
        let new: String = (0..chance(30)).map(|_| format!("{}\n", chance(5))).collect();
        let diff = unified_diff("x", &old, &new);
        let mut made = String::new();
        let mut rest = old.split_inclusive('\n');
        let mut at = 1;
        for line in diff.lines().skip(2) {
            if let Some(header) = line.strip_prefix("@@ -") {
                let numbers: Vec<usize> = header
                    .split([',', ' '])
                    .take(2)
                    .map(|number| number.parse().expect("a number"))
                    .collect();
                let start = if numbers[1] == 0 { numbers[0] + 1 } else { numbers[0] };
                while at < start {
                    made.push_str(rest.next().expect("a line before the hunk"));
                    at += 1;
                }
                continue;
            }
            let (sign, text) = line.split_at(1);
            if sign != "+" {
                assert_eq!(rest.next(), Some(format!("{text}\n").as_str()));
                at += 1;
            }
            if sign != "-" {
                made.push_str(&format!("{text}\n"));
            }
        }
        made.extend(rest);
        assert_eq!(made, new);
    }
}
