//! Depth costs no stack: 10,000 models in a row, on threads of ordinary size.

use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::base_db::{FilePath, Severity};
use rocky_compiler::{Change, OpenOptions, ProjectHost};
use std::sync::Arc;

const LENGTH: usize = 10_000;

fn chain() -> MemorySystem {
    let system = MemorySystem::with_files([
        ("rocky.toml", ""),
        ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n"),
    ]);
    system.write("models/m00000.sql", "SELECT 1 AS id");
    for number in 1..LENGTH {
        let text = format!("SELECT id FROM m{:05}", number - 1);
        system.write(&format!("models/m{number:05}.sql"), text);
    }
    system
}

#[test]
fn a_batch_compile_and_an_editor_on_a_long_chain() {
    let system = chain();
    let mut host =
        ProjectHost::open(Arc::new(system), OpenOptions { long_lived: true, ..OpenOptions::default() });
    let last = FilePath::new(&format!("models/m{:05}.sql", LENGTH - 1));
    // The editor comes first: nothing is primed when it asks about the end of the chain.
    let errors = |host: &ProjectHost| {
        let findings = host.snapshot().file_diagnostics(&last);
        findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    };
    assert_eq!(errors(&host), 0);
    // The first model loses its column; the last one is asked again, through all of them.
    host.apply_change(Change::overlay("models/m00000.sql", "SELECT 1 AS other"));
    assert_eq!(errors(&host), 0, "the model that lost the column says so, and nobody after it");
    let report = host.compile(&mut |_| {});
    assert_eq!(report.models.len(), LENGTH);
    assert_eq!(report.layers as usize, LENGTH);
    let errors = report.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
    assert_eq!(errors, 1, "{:?}", &report.diagnostics[..2.min(report.diagnostics.len())]);
}
