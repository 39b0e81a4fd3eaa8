//! Where the memory of a database goes, for `rocky debug memory` and the benchmarks.

/// One line of the memory report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemoryLine {
    /// The query or struct.
    pub name: String,
    /// Live values.
    pub count: usize,
    /// Bytes of their fields inside salsa.
    pub field_bytes: usize,
    /// Bytes of salsa's own bookkeeping.
    pub metadata_bytes: usize,
}

/// Counts every query and struct of a database, the largest first (ties by name).
pub fn memory_report(db: &mut dyn salsa::Database) -> Vec<MemoryLine> {
    let usage = db.memory_usage();
    let structs = usage.structs.iter().map(|info| MemoryLine {
        name: info.debug_name().to_owned(),
        count: info.count(),
        field_bytes: info.size_of_fields(),
        metadata_bytes: info.size_of_metadata(),
    });
    let mut lines: Vec<MemoryLine> = structs
        .chain(usage.queries.iter().map(|(name, info)| MemoryLine {
            name: (*name).to_owned(),
            count: info.count(),
            field_bytes: info.size_of_fields(),
            metadata_bytes: info.size_of_metadata(),
        }))
        .collect();
    lines.sort_by(|left, right| {
        let size = |line: &MemoryLine| line.field_bytes + line.metadata_bytes;
        size(right).cmp(&size(left)).then_with(|| left.name.cmp(&right.name))
    });
    lines
}
