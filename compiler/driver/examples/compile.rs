//! Compiles a project and says how long each phase took: `cargo run --release --example compile -- DIR [CACHE]`.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a tool for developers")]

use rocky_compiler::{OpenOptions, ProjectHost, store::RowStore};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let begin = Instant::now();
    let store = arguments.get(1).and_then(|path| RowStore::open(Path::new(path))).map(Arc::new);
    let options = OpenOptions { store, ..OpenOptions::default() };
    let host = ProjectHost::open_folder(Path::new(&arguments[0]), options);
    println!("open {:?}", begin.elapsed());
    let report = host.compile(&mut |phase| println!("{phase:?} at {:?}", begin.elapsed()));
    println!("done {:?}", begin.elapsed());
    host.flush();
    println!("flushed {:?}", begin.elapsed());
    let mut codes = std::collections::BTreeMap::new();
    for finding in &report.diagnostics {
        *codes.entry(finding.code.as_str().to_owned()).or_insert(0) += 1;
    }
    println!("{} models, {} layers, findings {codes:?}", report.models.len(), report.layers);
    for finding in report.diagnostics.iter().take(10) {
        println!("{} {} {:?} {}", finding.code.as_str(), finding.file, finding.range, finding.message);
    }
}
