//! What fuzzing found interesting stays a test.

use std::fs;
use std::path::Path;

use rocky_fuzz::{rocky_holds, sql_holds};

fn replay(name: &str, holds: fn(&[u8])) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut inputs = 0;
    for line in text.lines() {
        let input: String = serde_json::from_str(line).expect("one JSON text a line");
        holds(input.as_bytes());
        inputs += 1;
    }
    assert!(inputs > 500, "{name} holds {inputs} inputs only");
}

#[test]
fn sql() {
    replay("sql.jsonl", sql_holds);
}

#[test]
fn rocky() {
    replay("rocky.jsonl", rocky_holds);
}
