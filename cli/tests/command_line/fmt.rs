//! `rocky fmt`.

use crate::harness::Project;
use expect_test::expect;
use std::io::Write as _;
use std::process::Stdio;

const SHOP: &str = "
//- rocky.toml
[adapter.local]
type = \"duckdb\"
//- models/orders.sql
select id,amount from raw
//- models/orders.toml
name=\"orders\"
//- models/big.rocky
from orders
  where amount > 10
//- macros/cents.sql
@cents(x) = x * 100
//- pyproject.toml
a=1
//- target/made.rocky
  from orders
//- .hidden/made.rocky
  from orders
";

#[test]
fn a_folder_means_its_rocky_files() {
    let project = Project::new(SHOP);
    expect![[r#"
        exit code: 1
        stderr:
        would reformat: models/big.rocky
    "#]]
    .assert_eq(&project.run(&["fmt", "--check"]).to_string());
    assert_eq!(project.read("models/big.rocky"), "from orders\n  where amount > 10\n");
    expect![[r#"
        exit code: 0
        stderr:
        reformatted: models/big.rocky
    "#]]
    .assert_eq(&project.run(&["fmt"]).to_string());
    assert_eq!(project.read("models/big.rocky"), "from orders\nwhere amount > 10\n");
    assert_eq!(project.run(&["fmt", "--check"]).code, 0);
}

#[test]
fn all_means_sql_and_sidecars_as_well() {
    let project = Project::new(SHOP);
    expect![[r#"
        exit code: 0
        stderr:
        reformatted: models/big.rocky
        reformatted: models/orders.sql
        reformatted: models/orders.toml
    "#]]
    .assert_eq(&project.run(&["fmt", "--all"]).to_string());
    assert_eq!(project.read("models/orders.sql"), "SELECT id, amount\nFROM raw\n");
    assert_eq!(project.read("models/orders.toml"), "name = \"orders\"\n");
    assert_eq!(project.read("pyproject.toml"), "a=1\n");
    assert_eq!(project.run(&["fmt", "--all", "--check"]).code, 0);
}

#[test]
fn a_diff_writes_nothing() {
    let project = Project::new(SHOP);
    expect![[r#"
        exit code: 0
        stdout:
        --- models/orders.sql
        +++ models/orders.sql
        @@ -1,1 +1,2 @@
        -select id,amount from raw
        +SELECT id, amount
        +FROM raw
    "#]]
    .assert_eq(&project.run(&["fmt", "--diff", "models/orders.sql"]).to_string());
    let both = project.run(&["fmt", "--diff", "--check", "models/orders.sql"]);
    assert_eq!(both.code, 1);
    assert_eq!(project.read("models/orders.sql"), "select id,amount from raw\n");
}

#[test]
fn files_with_errors_stay_and_the_others_are_formatted() {
    let project = Project::new(SHOP);
    project.write("models/bad.rocky", "from orders\n  where\n");
    project.write("models/latin.rocky", b"from \xfcber\n");
    let ran = project.run(&["fmt"]);
    assert_eq!(ran.code, 1);
    expect![[r#"
        exit code: 1
        stderr:
        error: models/bad.rocky:2:8: expected an expression, found the end of the file
          the file was not formatted
        reformatted: models/big.rocky
        error: models/latin.rocky: is not UTF-8 (byte 5)
          the file was skipped
    "#]]
    .assert_eq(&ran.to_string());
    assert_eq!(project.read("models/bad.rocky"), "from orders\n  where\n");
    assert!(project.files().iter().all(|file| !file.ends_with(".tmp")));
}

#[test]
fn a_path_must_exist_and_other_files_are_passed_over() {
    let project = Project::new(SHOP);
    expect![[r#"
        exit code: 1
        stderr:
        Error: 'nowhere' cannot be formatted

        Caused by:
          No such file or directory (os error 2)

          help: name a file or a folder that exists
    "#]]
    .assert_eq(&project.run(&["fmt", "nowhere"]).to_string());
    project.write("notes.txt", "  x");
    assert_eq!(project.run(&["fmt", "notes.txt"]).code, 0);
}

#[test]
fn the_project_says_how() {
    let project = Project::new(SHOP);
    project.write(
        "rocky.toml",
        "[format]\nindent = 2\nkeyword_case = \"lower\"\ncomma = \"leading\"\nline_width = 20\n",
    );
    assert_eq!(project.run(&["fmt", "models/orders.sql"]).code, 0);
    assert_eq!(project.read("models/orders.sql"), "select id, amount\nfrom raw\n");
    project.write("models/orders.sql", "SELECT identifier, amount_of FROM raw");
    assert_eq!(project.run(&["fmt", "models/orders.sql"]).code, 0);
    assert_eq!(project.read("models/orders.sql"), "select\n  identifier\n  , amount_of\nfrom raw\n");
}

#[test]
fn wrong_settings_are_not_guessed_at() {
    let project = Project::new(SHOP);
    project.write("rocky.toml", "[format]\nkeyword_case = \"uper\"\n");
    expect![[r#"
        exit code: 1
        stderr:
        Error[V004]: rocky.toml:2: 'uper' is not a value of 'format.keyword_case'; allowed are upper, lower, preserve

          help: did you mean 'upper'?
    "#]]
    .assert_eq(&project.run(&["fmt"]).to_string());
    project.write("rocky.toml", "[format]\nindent = 99\n");
    let ran = project.run(&["fmt"]).to_string();
    assert!(ran.contains("'format.indent' is 99, but it must be between 1 and 16"), "{ran}");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let project = Project::new(SHOP);
    let run = |arguments: &[&str], text: &str| {
        let mut command = project.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("written");
        let output = child.wait_with_output().expect("its end");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(run(&["fmt", "-"], "select  1"), (Some(0), "SELECT 1\n".to_owned(), String::new()));
    let (code, out, _) = run(&["fmt", "-", "--stdin-path", "a.rocky"], "from t\n  take 1");
    assert_eq!((code, out.as_str()), (Some(0), "from t\ntake 1\n"));
    let (code, out, error) = run(&["fmt", "-"], "select from");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.starts_with("error: stdin.sql:1:8: "), "{error}");
    let (code, out, error) = run(&["fmt", "-", "--check"], "select  1");
    assert_eq!((code, out.as_str(), error.as_str()), (Some(1), "", "would reformat: stdin.sql\n"));
    assert_eq!(run(&["fmt", "-", "models"], "").0, Some(2));
    assert_eq!(run(&["fmt", "-", "--stdin-path", "a.txt"], "").0, Some(2));
}

#[cfg(unix)]
#[test]
fn links_permissions_and_circles() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = Project::new(SHOP);
    symlink("..", project.file("models/up")).expect("a link to a folder above");
    symlink("big.rocky", project.file("models/link.rocky")).expect("a link");
    let mode =
        |path: &str| std::fs::metadata(project.file(path)).expect("a file").permissions().mode() & 0o777;
    std::fs::set_permissions(project.file("models/big.rocky"), std::fs::Permissions::from_mode(0o640))
        .expect("set");
    assert_eq!(project.run(&["fmt", "models/link.rocky"]).code, 0);
    assert_eq!(project.read("models/big.rocky"), "from orders\nwhere amount > 10\n");
    assert!(std::fs::symlink_metadata(project.file("models/link.rocky")).expect("a link").is_symlink());
    assert_eq!(mode("models/big.rocky"), 0o640);
    assert_eq!(project.run(&["fmt"]).code, 0);
    std::fs::set_permissions(project.file("models/orders.sql"), std::fs::Permissions::from_mode(0o440))
        .expect("set");
    let ran = project.run(&["fmt", "models/orders.sql"]);
    assert_eq!(ran.code, 1);
    assert!(ran.to_string().contains("models/orders.sql: is read-only"), "{ran}");
}

#[test]
fn a_broken_project_does_not_hold_up_the_others() {
    let project = Project::new(SHOP);
    project.write("broken/rocky.toml", "[format]\nindent = \"x\"\n");
    project.write("broken/a.rocky", "  from a\n");
    project.write("broken/b.rocky", "  from b\n");
    project.write("sound/rocky.toml", "");
    project.write("sound/c.rocky", "  from c\n");
    let ran = project.run(&["fmt", "broken", "sound"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stderr.matches("Error[V004]: broken/rocky.toml:2").count(), 1, "{ran}");
    assert_eq!(project.read("broken/a.rocky"), "  from a\n");
    assert_eq!(project.read("sound/c.rocky"), "from c\n");
}
