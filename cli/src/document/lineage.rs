//! The two lineage documents.

use crate::output::{
    ColumnLineageOutput, LineageColumnDef, LineageEdgeRecord, LineageInfluenceKind, LineageInfluenceRecord,
    LineageOutput, LineageQualifiedColumn, VERSION,
};
use rocky_compiler::lineage::{Edge, QualifiedColumn};
use rocky_compiler::types::{DataType, Influence, InfluenceKind, Schema};

/// The lineage of a model.
pub(crate) fn lineage_document(
    model: &str,
    schema: &Schema,
    (upstream, downstream): (Vec<String>, Vec<String>),
    edges: impl IntoIterator<Item = Edge>,
    influences: &[Influence],
) -> LineageOutput {
    LineageOutput {
        version: VERSION,
        command: "lineage",
        model: model.to_owned(),
        columns: schema
            .columns
            .iter()
            .map(|column| LineageColumnDef {
                name: column.name.to_string(),
                data_type: (column.ty != DataType::Unknown).then(|| column.ty.to_string()),
            })
            .collect(),
        upstream,
        downstream,
        edges: edges.into_iter().map(record).collect(),
        influences: influences.iter().map(influence).collect(),
    }
}

fn influence(influence: &Influence) -> LineageInfluenceRecord {
    LineageInfluenceRecord {
        source: LineageQualifiedColumn {
            model: influence.source.relation.to_string(),
            column: influence.source.column.to_string(),
        },
        kind: match influence.kind {
            InfluenceKind::Join => LineageInfluenceKind::Join,
            InfluenceKind::Filter => LineageInfluenceKind::Filter,
            InfluenceKind::Group => LineageInfluenceKind::Group,
            InfluenceKind::Order => LineageInfluenceKind::Order,
            InfluenceKind::Window => LineageInfluenceKind::Window,
        },
    }
}

/// The trace of a column.
pub(crate) fn column_lineage_document(
    model: &str,
    column: &str,
    direction: &'static str,
    trace: impl IntoIterator<Item = Edge>,
) -> ColumnLineageOutput {
    ColumnLineageOutput {
        version: VERSION,
        command: "lineage",
        model: model.to_owned(),
        column: column.to_owned(),
        direction,
        trace: trace.into_iter().map(record).collect(),
    }
}

fn record(edge: Edge) -> LineageEdgeRecord {
    let column = |column: &QualifiedColumn| LineageQualifiedColumn {
        model: column.model.to_string(),
        column: column.column.to_string(),
    };
    LineageEdgeRecord {
        source: column(&edge.source),
        target: column(&edge.target),
        transform: edge.transform.to_string(),
    }
}
