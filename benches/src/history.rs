//! The figures of earlier measurements, which the page keeps.

use std::path::Path;
use std::process::Command;

/// Where the history begins on the page.
const HEADING: &str = "## History\n";

const INTRODUCTION: &str = "
One line for each run of the tool, the newest last; ratios to F and W of the same run.

| commit | models | cold ÷ F | table ÷ W | JSON ÷ W | one edit ÷ W | lineage ÷ W | validate ÷ W | root ÷ cold | server start | peak |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
";

/// The history on a page as it is, with new lines behind the old ones.
#[must_use]
pub fn continued(page: &str, new: &[String]) -> String {
    let old = page.split_once(HEADING).map_or("", |(_, history)| history);
    let rows = old.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| commit"));
    let rows = rows.map(str::to_owned).chain(new.iter().cloned());
    format!("\n{HEADING}{INTRODUCTION}{}\n", rows.collect::<Vec<_>>().join("\n"))
}

/// The commit that is measured, in short; `?` outside a checkout.
#[must_use]
pub fn commit(folder: &Path) -> String {
    let output = Command::new("git").args(["rev-parse", "--short=8", "HEAD"]).current_dir(folder).output();
    let text = output.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    text.map_or("?".to_owned(), |text| String::from_utf8_lossy(&text).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::continued;

    #[test]
    fn old_lines_stay_in_front_of_new_ones() {
        let first = continued("# Page\n", &["| a | 1 |".to_owned()]);
        let second = continued(&format!("# Page\n{first}"), &["| b | 2 |".to_owned()]);
        assert!(second.ends_with("|\n| a | 1 |\n| b | 2 |\n"), "{second}");
        assert_eq!(second.matches("| commit").count(), 1);
    }
}
