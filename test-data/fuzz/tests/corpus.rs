//! What fuzzing found interesting stays a test.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use rocky_fuzz::{rocky_holds, sql_holds};

fn replay(name: &str, holds: fn(&[u8])) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let inputs: Vec<String> =
        text.lines().map(|line| serde_json::from_str(line).expect("one JSON text a line")).collect();
    assert!(inputs.len() > 500, "{name} holds {} inputs only", inputs.len());
    // Each panic says on standard error what it is about; here, which inputs they were.
    let broken: Vec<&String> =
        inputs.iter().filter(|input| catch_unwind(|| holds(input.as_bytes())).is_err()).collect();
    assert!(broken.is_empty(), "{} of {} inputs break a law: {broken:#?}", broken.len(), inputs.len());
}

#[test]
fn sql() {
    replay("sql.jsonl", sql_holds);
}

#[test]
fn rocky() {
    replay("rocky.jsonl", rocky_holds);
}
