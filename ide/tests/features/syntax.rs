use crate::support::Project;
use rocky_ide::{FilePath, TokenModifiers};

fn tokens(project: &Project, path: &str) -> Vec<(String, &'static str, bool)> {
    let path = FilePath::new(path);
    let found = project.ask(|analysis| {
        let document = analysis.syntax_document(&path).expect("a document");
        analysis.semantic_tokens(&path, &document, None)
    });
    found
        .into_iter()
        .map(|token| {
            let outside = token.modifiers.holds(TokenModifiers::READONLY);
            (project.text(&path, token.range), token.kind.name(), outside)
        })
        .collect()
}

fn kind_of(found: &[(String, &'static str, bool)], word: &str) -> (&'static str, bool) {
    let token = found.iter().find(|(text, ..)| text == word).unwrap_or_else(|| panic!("{word} in {found:?}"));
    (token.1, token.2)
}

#[test]
fn models_are_told_from_other_tables() {
    let project = Project::new(
        "//- models/main.sql\nwith recent as (select * from orders)\n\
         select r.id, s.x from recent r join raw.things s on true join c.s.customers k on true\n\
         //- models/steps.rocky\nfrom orders\njoin raw.things as t on id\nselect { t.x }\n",
    );
    let found = tokens(&project, "models/main.sql");
    assert_eq!(kind_of(&found, "orders"), ("namespace", false));
    assert_eq!(kind_of(&found, "recent"), ("class", false));
    assert_eq!(kind_of(&found, "things"), ("namespace", true));
    assert_eq!(kind_of(&found, "s"), ("namespace", true), "an alias is what it stands for");
    assert_eq!(kind_of(&found, "customers"), ("namespace", false));
    let found = tokens(&project, "models/steps.rocky");
    assert_eq!(kind_of(&found, "orders"), ("namespace", false));
    assert_eq!(kind_of(&found, "t"), ("namespace", true));
}

#[test]
fn macros_move_nothing() {
    let project = Project::new(
        "//- macros/cents.sql\n-- @macro cents(x)\n(x * 100 + 0 * 12345678)::bigint\n\
         //- models/main.sql\nselect @cents(amount) as a,\n    (\n        id\n    ) as b\nfrom orders\n",
    );
    let found = tokens(&project, "models/main.sql");
    assert_eq!(kind_of(&found, "@cents"), ("macro", false));
    assert_eq!(kind_of(&found, "amount"), ("variable", false));
    assert_eq!(kind_of(&found, "from"), ("keyword", false));
    assert_eq!(kind_of(&found, "orders"), ("namespace", false));
    let path = FilePath::new("models/main.sql");
    let folds = project.ask(|analysis| analysis.syntax_document(&path).expect("a document").folding_ranges());
    assert_eq!(
        folds.iter().map(|fold| (fold.first_line, fold.last_line)).collect::<Vec<_>>(),
        [(0, 3), (1, 2)]
    );
}

#[test]
fn a_macros_file_is_its_body_with_parameters() {
    let body = "case when {x} > 1 then @unit else y end::bigint";
    for (path, text) in [
        ("macros/cents.sql", format!("-- Money.\n-- @macro cents(x, unit: number) -> number\n{body}\n")),
        (
            "macros/cents.sql-macro",
            format!("-- Money.\nmacro cents(x, unit: number) -> number {{\n  {body}\n}}\n"),
        ),
    ] {
        let project = Project::new(&format!("//- {path}\n{text}"));
        let found = tokens(&project, path);
        let names: Vec<(&str, &str)> = found.iter().map(|(text, kind, _)| (text.as_str(), *kind)).collect();
        let head = if path.ends_with("macro") { ("macro", "keyword") } else { ("-- @macro", "comment") };
        assert_eq!(
            names,
            [
                ("-- Money.", "comment"),
                head,
                ("cents", "macro"),
                ("x", "parameter"),
                ("unit", "parameter"),
                ("number", "type"),
                ("number", "type"),
                ("case", "keyword"),
                ("when", "keyword"),
                ("x", "parameter"),
                (">", "operator"),
                ("1", "number"),
                ("then", "keyword"),
                ("@unit", "parameter"),
                ("else", "keyword"),
                ("y", "variable"),
                ("end", "keyword"),
                ("::", "operator"),
                ("bigint", "type"),
            ]
        );
        // A half-typed one has tokens as well.
        for cut in (0..text.len()).step_by(5) {
            let project = Project::new(&format!("//- {path}\n{}\n", &text[..cut]));
            tokens(&project, path);
        }
    }
}

#[test]
fn macros_fold() {
    let project = Project::new(
        "//- models/main.sql\nselect 1 as x\n\
         //- macros/ratio.sql-macro\nmacro ratio(\n  a: column,\n  b: column\n) -> number {\n  coalesce(\n    a, 0\n  )\n}\n\
         //- macros/cents.sql\n-- about money\n-- @macro cents(x)\n(x * 100)::bigint\n",
    );
    let folds = |path: &str| {
        let path = FilePath::new(path);
        let folds =
            project.ask(|analysis| analysis.syntax_document(&path).expect("a document").folding_ranges());
        folds.iter().map(|fold| (fold.first_line, fold.last_line)).collect::<Vec<_>>()
    };
    assert_eq!(folds("macros/cents.sql"), [(1, 2)]);
    assert_eq!(folds("macros/ratio.sql-macro"), [(0, 2), (3, 6), (4, 5)]);
}
