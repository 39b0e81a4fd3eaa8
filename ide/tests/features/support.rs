//! Projects from fixtures, and answers as text.

use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::{OpenOptions, ProjectHost};
use rocky_fixture::Fixture;
use rocky_ide::{AnalysisHost, FilePath, FilePosition, TextRange, TextSize};
use std::sync::Arc;

const CONFIG: &str = "[adapter.local]\ntype = \"duckdb\"\n\n[pipeline.main]\ntype = \"transformation\"\n\n\
                      [pipeline.main.target]\nadapter = \"local\"\n";
const DEFAULTS: &str = "[target]\ncatalog = \"c\"\nschema = \"s\"\n";

/// What every fixture can build on, unless it brings its own.
const SHOP: &[(&str, &str)] = &[
    ("models/customers.sql", "SELECT 1::BIGINT AS id, 'Ada' AS name, TRUE AS active\n"),
    (
        "models/orders.sql",
        "SELECT 10::BIGINT AS id, 1::BIGINT AS customer_id, 9.5::DECIMAL(10,2) AS amount, \
         DATE '2024-01-02' AS ordered_at\n",
    ),
    ("models/orders.toml", "intent = \"Every order, once.\"\n"),
];

/// A project in memory with a cursor.
pub(crate) struct Project {
    host: AnalysisHost,
    fixture: Fixture,
}

impl Project {
    /// The shop, with the fixture's files on top.
    pub(crate) fn new(source: &str) -> Project {
        let fixture = Fixture::parse(source);
        let system = MemorySystem::with_files([("rocky.toml", CONFIG), ("models/_defaults.toml", DEFAULTS)]);
        for (path, text) in SHOP {
            system.write(path, text);
        }
        for file in &fixture.files {
            system.write(&file.path, &file.text);
        }
        let options = OpenOptions { long_lived: true, ..OpenOptions::default() };
        let host = AnalysisHost::new(ProjectHost::open(Arc::new(system), options));
        Project { host, fixture }
    }

    pub(crate) fn position(&self) -> FilePosition {
        let position = self.fixture.position();
        FilePosition {
            path: FilePath::new(&position.file.path),
            offset: TextSize::new(position.offset as u32),
        }
    }

    pub(crate) fn ask<T>(&self, question: impl FnOnce(&rocky_ide::Analysis) -> T) -> T {
        self.host.snapshot().run(question).expect("nobody interrupts a test")
    }

    /// The text of a range.
    pub(crate) fn text(&self, path: &FilePath, range: TextRange) -> String {
        let source = self.ask(|analysis| analysis.source(path)).expect("the file is known");
        source.text[std::ops::Range::<usize>::from(range)].to_owned()
    }
}
