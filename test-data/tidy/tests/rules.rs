//! For each rule a checkout that breaks it and one that does not.

use expect_test::{Expect, expect};
use rocky_fixture::Fixture;
use rocky_tidy::{Checkout, Finding, SourceFile, rules};

fn check(rule: fn(&Checkout) -> Vec<Finding>, fixture: &str, expected: &Expect) {
    let files = Fixture::parse(fixture).files;
    let files = files.into_iter().map(|file| SourceFile { path: file.path, text: file.text }).collect();
    let checkout = Checkout::from_files(files);
    assert!(checkout.broken.is_empty(), "{:?}", checkout.broken);
    let findings: String = rule(&checkout).iter().map(|finding| format!("{finding}\n")).collect();
    expected.assert_eq(&findings);
}

#[test]
fn a_package_names_what_its_row_allows() {
    check(
        rules::direct_edges,
        r#"
        //- compiler/hir/Cargo.toml
        [package]
        name = "rocky-hir"
        [dependencies]
        rocky-project.workspace = true
        types = { package = "rocky-types", path = "../types" }
        [target.'cfg(unix)'.dependencies]
        rocky-ide.workspace = true
        [dev-dependencies]
        rocky-fixture.workspace = true
        rocky-engine.workspace = true
        //- extra/Cargo.toml
        [package]
        name = "rocky-extra"
        "#,
        &expect![[r#"
            compiler/hir/Cargo.toml: `rocky-hir` may not depend on `rocky-ide`
            compiler/hir/Cargo.toml: `rocky-hir` may not depend on `rocky-types`
            compiler/hir/Cargo.toml: the tests of `rocky-hir` may not depend on `rocky-engine`
            extra/Cargo.toml: `rocky-extra` is new: give it a row in test-data/tidy
        "#]],
    );
}

#[test]
fn layers_stay_apart_over_several_steps() {
    check(
        rules::reachability,
        r#"
        //- engine/Cargo.toml
        [package]
        name = "rocky-engine"
        [dependencies]
        rocky-adapter.workspace = true
        //- adapters/api/Cargo.toml
        [package]
        name = "rocky-adapter"
        [build-dependencies]
        rocky-plan-model.workspace = true
        //- compiler/plan-model/Cargo.toml
        [package]
        name = "rocky-plan-model"
        [dependencies]
        salsa.workspace = true
        "#,
        &expect![[r#"
            adapters/api/Cargo.toml: `rocky-adapter` reaches `salsa` (rocky-adapter → rocky-plan-model → salsa): execution gets a plain Plan: it knows no trees, no salsa, no compiler
            engine/Cargo.toml: `rocky-engine` reaches `salsa` (rocky-engine → rocky-adapter → rocky-plan-model → salsa): execution gets a plain Plan: it knows no trees, no salsa, no compiler
        "#]],
    );
}

#[test]
fn crates_with_a_boundary() {
    check(
        rules::external_crates,
        r#"
        //- ide/Cargo.toml
        [package]
        name = "rocky-ide"
        [dependencies]
        lsp-types = "0.94"
        [dev-dependencies]
        tower-lsp = "0.20"
        //- lsp-server/Cargo.toml
        [package]
        name = "rocky-lsp-server"
        [dependencies]
        tower-lsp = "0.20"
        duckdb = "1"
        "#,
        &expect![[r#"
            ide/Cargo.toml: `rocky-ide` may not depend on `lsp-types` (only: )
            lsp-server/Cargo.toml: `rocky-lsp-server` may not depend on `duckdb` (only: rocky-duckdb, rocky-judge)
        "#]],
    );
}

#[test]
fn packages_say_what_they_must_not_know() {
    check(
        rules::must_not_know,
        r#"
        //- a/Cargo.toml
        package.name = "a"
        //- a/src/lib.rs
        //! Something.
        //!
        //! Must not know: anything.
        //- b/Cargo.toml
        package.name = "b"
        //- b/src/main.rs
        //! Something.

        // Must not know: this is not in the header.
        //- c/Cargo.toml
        package.name = "c"
        "#,
        &expect![[r#"
            b/src/main.rs: the comment at the top needs a line `//! Must not know: …`
            c/src: has neither lib.rs nor main.rs
        "#]],
    );
}

#[test]
fn modules_are_named_after_their_idea() {
    check(
        rules::module_names,
        r"
        //- compiler/types/src/lattice.rs
        //- compiler/types/src/utils.rs
        //- cli/src/common/mod.rs
        //- cli/src/helpers_of_nobody.rs
        ",
        &expect![[r#"
            cli/src/common/mod.rs: `common` says nothing: name the module after what it holds
            compiler/types/src/utils.rs: `utils` says nothing: name the module after what it holds
        "#]],
    );
}

#[test]
fn sizes() {
    let long = "// line\n".repeat(1_001);
    let statements = "    let _ = 1;\n".repeat(119);
    let data = "data\n".repeat(200);
    let fixture = format!(
        "//- a/src/data.rs\nfn f() {{ expect!(r#\"{data}\"#); }}\n//- a/src/long.rs\n{long}//- a/src/generated/long.rs\n{long}//- a/src/f.rs\n\
         fn fits() {{\n{}}}\nstruct S;\nimpl S {{\nfn too_long(&self) {{\n{statements}}}\n}}\n\
         trait T {{ fn many(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8); }}\n",
        "    let _ = 1;\n".repeat(118),
    );
    check(
        rules::file_size,
        &fixture,
        &expect![[r#"
            a/src/long.rs: 1001 lines; the limit is 1000: split it by idea
        "#]],
    );
    check(
        rules::function_size,
        &fixture,
        &expect![[r#"
            a/src/f.rs:123: `too_long` has 121 lines; the limit is 120
            a/src/f.rs:245: `many` takes 8 parameters; the limit is 7: group them
        "#]],
    );
}

#[test]
fn the_world_is_behind_system() {
    let fixture = r#"
        //- compiler/hir/src/lib.rs
        use std::{collections::BTreeMap, fs, time::{Duration, Instant}};
        use std::env::{self};
        fn f() -> String {
            let suffix = std::env::consts::EXE_SUFFIX;
            format!("{}{:?}", std::fs::read_to_string("x").is_ok(), std::time::SystemTime::now())
        }
        fn g() { let fs = 1; let environment = env!("CARGO"); }
        #[cfg(test)]
        mod tests { use std::fs; }
        //- compiler/hir/src/index/tests.rs
        use std::fs;
        //- compiler/base-db/src/os.rs
        use std::fs;
        //- lsp-server/src/watchdog.rs
        use std::time::{Instant, SystemTime};
        //- cli/src/main.rs
        use std::{env, fs};
    "#;
    check(
        rules::world,
        fixture,
        &expect![[r#"
            compiler/hir/src/lib.rs:1: `std::fs`: this package must not touch the world; ask `System`
            compiler/hir/src/lib.rs:1: `Instant`: this package must not touch the world; ask `System`
            compiler/hir/src/lib.rs:2: `std::env`: this package must not touch the world; ask `System`
            compiler/hir/src/lib.rs:5: `std::fs`: this package must not touch the world; ask `System`
            compiler/hir/src/lib.rs:5: `SystemTime`: this package must not touch the world; ask `System`
            lsp-server/src/watchdog.rs:1: `SystemTime`: this package must not touch the world; ask `System`
        "#]],
    );
}

#[test]
fn only_programs_print() {
    check(
        rules::printing,
        r#"
        //- engine/src/lib.rs
        fn f() {
            println!("x");
            tokio::select! { _ = g() => { eprintln!("y"); } }
        }
        #[test]
        fn t() { println!("fine in a test"); }
        //- cli/src/writer.rs
        fn f() { println!("x"); }
        "#,
        &expect![[r#"
            engine/src/lib.rs:2: `println!`: only cli, xtask and benches print; return a value
            engine/src/lib.rs:3: `eprintln!`: only cli, xtask and benches print; return a value
        "#]],
    );
}

#[test]
fn ignored_tests_name_an_issue() {
    check(
        rules::ignored_tests,
        r#"
        //- a/src/lib.rs
        #[test]
        #[ignore]
        fn a() {}
        #[test]
        #[ignore = "slow"]
        fn b() {}
        #[test]
        #[ignore = "until #12"]
        fn c() {}
        #[test]
        #[ignore = "needs DuckDB: cargo xtask test"]
        fn d() {}
        "#,
        &expect![[r##"
            a/src/lib.rs:2: `#[ignore]` needs a reason with the number of an issue: `#[ignore = "#12: …"]`
            a/src/lib.rs:5: `#[ignore]` needs a reason with the number of an issue: `#[ignore = "#12: …"]`
        "##]],
    );
}

#[test]
fn words_and_paths_that_stay_out() {
    // In two parts, so that this file keeps the rules that it tests.
    let (word, path) = (concat!("TO", "DO"), concat!("/ho", "me/me"));
    let text = format!("{word}: later\n{word}S are fine\n{path}/x and models{path}/y\n");
    let file = SourceFile { path: "a/notes.md".to_owned(), text };
    let checkout = Checkout::from_files(vec![file]);
    let lines = |rule: fn(&Checkout) -> Vec<Finding>| -> Vec<Option<usize>> {
        rule(&checkout).iter().map(|finding| finding.line).collect()
    };
    assert_eq!(lines(rules::forbidden_words), [Some(1)]);
    assert_eq!(lines(rules::machine_paths), [Some(3)]);
}
