use crate::support::Project;
use rocky_ide::{Action, ActionKind, FilePath, TextRange};

const CONFIG: &str = "//- rocky.toml\n[adapter.local]\ntype = \"duckdb\"\n[pipeline.main]\n\
                      type = \"transformation\"\n[pipeline.main.target]\nadapter = \"local\"\n\
                      [lint.rules]\nkeyword_case = { level = \"warning\", case = \"lower\" }\n\
                      null_comparison = \"warning\"\n";

/// The actions at the first `at` of a file, and what its text becomes by each.
fn actions(project: &Project, path: &str, at: &str) -> Vec<(Action, String)> {
    let path = FilePath::new(path);
    project.ask(|analysis| {
        let text = analysis.source(&path).unwrap().text;
        let offset = u32::try_from(text.find(at).unwrap()).unwrap();
        let mut found = analysis.quick_fixes(&path, TextRange::empty(offset.into()));
        found.extend(analysis.fix_all(&path));
        found.into_iter().map(|action| (action.clone(), applied(&text, &action))).collect()
    })
}

fn applied(text: &str, action: &Action) -> String {
    let mut text = text.to_owned();
    for (range, new_text) in action.edits.iter().rev() {
        text.replace_range(std::ops::Range::<usize>::from(*range), new_text);
    }
    text
}

fn titled<'a>(found: &'a [(Action, String)], title: &str) -> &'a str {
    let known: Vec<&str> = found.iter().map(|(action, _)| action.title.as_str()).collect();
    let one = found.iter().find(|(action, _)| action.title == title);
    &one.unwrap_or_else(|| panic!("{title} in {known:?}")).1
}

#[test]
fn one_finding_all_of_a_rule_everything_and_a_suppression() {
    let project = Project::new(&format!(
        "{CONFIG}//- models/main.sql\nSELECT id -- a WHERE\nFROM orders\nwhere amount = null\n"
    ));
    let found = actions(&project, "models/main.sql", "FROM orders");
    assert_eq!(titled(&found, "Write `from`"), "SELECT id -- a WHERE\nfrom orders\nwhere amount = null\n");
    let all = "select id -- a WHERE\nfrom orders\nwhere amount = null\n";
    assert_eq!(titled(&found, "Fix all of 'keyword_case' in this file"), all);
    assert_eq!(titled(&found, "Fix everything that can be fixed safely"), all);
    assert_eq!(
        titled(&found, "Suppress S101 here"),
        "SELECT id -- a WHERE\n-- rocky: ignore[S101]\nFROM orders\nwhere amount = null\n"
    );
    assert!(found.iter().all(|(action, _)| action.kind == ActionKind::QuickFix || action.finding.is_none()));
    let found = actions(&project, "models/main.sql", "= null");
    let unsafe_fix = found.iter().find(|(action, _)| action.title == "Write `is null`").unwrap();
    assert!(!unsafe_fix.0.is_preferred);
}

#[test]
fn corrections_of_the_rocky_parser() {
    let project = Project::new("//- models/main.rocky\nfrom orders\nWHERE amount = 1\n");
    let found = actions(&project, "models/main.rocky", "WHERE");
    assert!(titled(&found, "Write `where`").contains("\nwhere amount = 1"));
    let project = Project::new("//- models/main.rocky\nfrom orders\nlimit 5\n");
    let found = actions(&project, "models/main.rocky", "limit");
    assert!(titled(&found, "Write `take`").ends_with("take 5\n"));
}

#[test]
fn columns_and_relations_of_pipelines_that_are_nearly_right() {
    let project = Project::new("//- models/main.rocky\nfrom orders\nselect { amount }\nsort amonut\n");
    let found = actions(&project, "models/main.rocky", "amonut");
    assert!(titled(&found, "Write `amount`").ends_with("sort amount\n"));
    let project = Project::new("//- models/main.rocky\nfrom orders as sales\nwhere salse.amount > 1\n");
    let found = actions(&project, "models/main.rocky", "salse");
    assert!(titled(&found, "Write `sales`").ends_with("where sales.amount > 1\n"));
}

#[test]
fn an_unused_let_is_removed() {
    let project =
        Project::new("//- models/main.rocky\nlet old = from orders\n\nfrom orders\nselect { id }\n");
    let found = actions(&project, "models/main.rocky", "old");
    assert_eq!(titled(&found, "Remove the binding"), "from orders\nselect { id }\n");
}

#[test]
fn names_that_are_nearly_right() {
    let project = Project::new("//- models/main.sql\nselect idd from orders\n");
    let found = actions(&project, "models/main.sql", "idd");
    assert_eq!(titled(&found, "Write 'id'"), "select id from orders\n");
    assert!(found.iter().all(|(action, _)| action.kind != ActionKind::FixAll), "a guess is no safe fix");
}
