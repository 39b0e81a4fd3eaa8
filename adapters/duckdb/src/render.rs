//! Results as JSON values: integers, finite floats and booleans as such, NULL as null, everything else as text.

use std::sync::Arc;

use duckdb::Statement;
use duckdb::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use duckdb::arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use rocky_adapter::protocol::RowsResult;
use rocky_adapter::{AdapterError, ErrorKind};
use serde_json::{Number, Value};

use crate::failure::classify;

const TIMESTAMP: &str = "%Y-%m-%d %H:%M:%S%.f";
const TIMESTAMP_WITH_ZONE: &str = "%Y-%m-%d %H:%M:%S%.f+00";

/// The rows of an executed statement, at most `max_rows`.
pub(crate) fn rows(statement: &Statement<'_>, max_rows: Option<usize>) -> Result<RowsResult, AdapterError> {
    let columns = statement.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut result = RowsResult { columns, rows: Vec::new(), truncated: false };
    let limit = max_rows.unwrap_or(usize::MAX);
    while let Some(chunk) = statement.step().map_err(classify)? {
        let batch = RecordBatch::from(&chunk);
        let wanted = batch.num_rows().min(limit - result.rows.len());
        append(&batch, wanted, &mut result.rows)?;
        if wanted < batch.num_rows() {
            result.truncated = true;
            break;
        }
    }
    Ok(result)
}

/// The single count that statements which write rows give back.
pub(crate) fn written_rows(statement: &Statement<'_>) -> Result<Option<u64>, AdapterError> {
    let schema = statement.schema();
    let counts = schema.fields().len() == 1 && schema.field(0).name() == "Count";
    if !counts {
        return Ok(None);
    }
    let result = rows(statement, Some(1))?;
    Ok(result.rows.first().and_then(|row| row.first()).and_then(Value::as_u64))
}

fn append(batch: &RecordBatch, wanted: usize, rows: &mut Vec<Vec<Value>>) -> Result<(), AdapterError> {
    let columns: Vec<ArrayRef> = batch.columns().iter().map(in_utc).collect();
    let options = FormatOptions::new()
        .with_timestamp_format(Some(TIMESTAMP))
        .with_datetime_format(Some(TIMESTAMP))
        .with_timestamp_tz_format(Some(TIMESTAMP_WITH_ZONE))
        .with_null("NULL");
    let formatters = columns
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable(&error.to_string()))?;
    let schema = batch.schema();
    for row in 0..wanted {
        let mut cells = Vec::with_capacity(columns.len());
        for (index, (column, formatter)) in columns.iter().zip(&formatters).enumerate() {
            let value = cell(column, formatter, row).map_err(|why| {
                unreadable(&format!("column {}, row {}: {why}", schema.field(index).name(), rows.len() + 1))
            })?;
            cells.push(value);
        }
        rows.push(cells);
    }
    Ok(())
}

fn cell(column: &ArrayRef, formatter: &ArrayFormatter<'_>, row: usize) -> Result<Value, String> {
    if column.is_null(row) || *column.data_type() == DataType::Null {
        return Ok(Value::Null);
    }
    let text = || formatter.value(row).try_to_string().map_err(|error| error.to_string());
    Ok(match column.data_type() {
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            let text = text()?;
            text.parse::<i64>().map_or(Value::String(text), Value::from)
        }
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
            let text = text()?;
            text.parse::<u64>().map_or(Value::String(text), Value::from)
        }
        DataType::Float64 => float(column.as_primitive::<Float64Type>().value(row)),
        // The shortest text that means this f32 is also the f64 a reader expects: 0.1, not 0.10000000149.
        DataType::Float32 => {
            float(column.as_primitive::<Float32Type>().value(row).to_string().parse().unwrap_or(f64::NAN))
        }
        // HUGEINT arrives as a decimal of 38 digits and may have 39, which the formatter would cut.
        DataType::Decimal128(_, 0) => {
            Value::String(column.as_primitive::<Decimal128Type>().value(row).to_string())
        }
        _ => Value::String(text()?),
    })
}

fn float(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

/// Instants are kept in UTC; only their display has a zone, and a zone's name would need a zone database.
fn in_utc(column: &ArrayRef) -> ArrayRef {
    const UTC: &str = "+00:00";
    match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, Some(_)) => {
            Arc::new(column.as_primitive::<TimestampSecondType>().clone().with_timezone(UTC))
        }
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => {
            Arc::new(column.as_primitive::<TimestampMillisecondType>().clone().with_timezone(UTC))
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            Arc::new(column.as_primitive::<TimestampMicrosecondType>().clone().with_timezone(UTC))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => {
            Arc::new(column.as_primitive::<TimestampNanosecondType>().clone().with_timezone(UTC))
        }
        _ => Arc::clone(column),
    }
}

fn unreadable(why: &str) -> AdapterError {
    AdapterError::new(ErrorKind::Unsupported, format!("a value cannot be shown: {why}"))
        .with_hint("CAST the column to VARCHAR in the query")
}
