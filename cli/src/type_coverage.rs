//! How many columns have a known type.

use crate::output::{ProjectTypeCoverage, TypeCoverageOutput};
use rocky_compiler::CompileReport;
use rocky_compiler::types::Schema;
use rocky_report::Figures;
use serde::{Deserialize, Serialize};

/// Columns with and without a known type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TypeCoverage {
    /// Columns that are known to be there.
    pub(crate) columns: u64,
    /// Those whose type is known, down to the last element.
    pub(crate) typed: u64,
    /// Models that may have further columns.
    pub(crate) open_models: u64,
}

impl TypeCoverage {
    /// Of one output.
    pub(crate) fn of_model(schema: &Schema) -> TypeCoverage {
        let typed = schema.columns.iter().filter(|column| !column.ty.has_unknown()).count();
        TypeCoverage {
            columns: schema.columns.len() as u64,
            typed: typed as u64,
            open_models: u64::from(schema.open),
        }
    }

    /// Of all models.
    pub(crate) fn of_project(report: &CompileReport) -> TypeCoverage {
        let models: Vec<TypeCoverage> =
            report.models.iter().map(|model| TypeCoverage::of_model(&model.schema)).collect();
        TypeCoverage::sum(&models)
    }

    /// Of several models together.
    pub(crate) fn sum(models: &[TypeCoverage]) -> TypeCoverage {
        models.iter().fold(TypeCoverage::default(), |sum, model| TypeCoverage {
            columns: sum.columns + model.columns,
            typed: sum.typed + model.typed,
            open_models: sum.open_models + model.open_models,
        })
    }

    /// Of each model, as it is kept: three numbers of eight bytes.
    pub(crate) fn as_bytes(models: &[TypeCoverage]) -> Vec<u8> {
        let numbers = models.iter().flat_map(|model| [model.columns, model.typed, model.open_models]);
        numbers.flat_map(u64::to_le_bytes).collect()
    }

    /// What was kept.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Vec<TypeCoverage>> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        let numbers: Vec<u64> = numbers.iter().map(|number| u64::from_le_bytes(*number)).collect();
        let (models, odd) = numbers.as_chunks::<3>();
        let is_whole = rest.is_empty() && odd.is_empty();
        let of = |[columns, typed, open_models]: &[u64; 3]| TypeCoverage {
            columns: *columns,
            typed: *typed,
            open_models: *open_models,
        };
        is_whole.then(|| models.iter().map(of).collect())
    }

    /// In per cent of the columns that are known to be there, cut to one decimal so that 100 means all of them;
    /// nothing without columns.
    pub(crate) fn percent(self) -> Option<f64> {
        let thousandths = (self.typed * 1_000).checked_div(self.columns)?;
        Some(thousandths as f64 / 10.0)
    }

    /// `8 of 9 columns (88.8 %), 1 model with columns that are not known`
    pub(crate) fn words(self) -> String {
        let columns = crate::render::counted(self.columns, "column");
        let percent = self.percent().map(|percent| format!(" ({percent:.1} %)")).unwrap_or_default();
        let open = match self.open_models {
            0 => String::new(),
            1 => "; 1 model may have more columns".to_owned(),
            count => format!("; {count} models may have more columns"),
        };
        format!("{} of {columns}{percent}{open}", self.typed)
    }

    /// As a figure of a report.
    pub(crate) fn figure(self) -> Figures {
        Figures { name: "Types known".to_owned(), value: self.words() }
    }

    /// As documents show it for a model.
    pub(crate) fn of_model_output(self) -> TypeCoverageOutput {
        TypeCoverageOutput {
            columns: self.columns,
            columns_typed: self.typed,
            coverage_pct: self.percent(),
            open: self.open_models > 0,
        }
    }

    /// As documents show it for a project.
    pub(crate) fn of_project_output(self) -> ProjectTypeCoverage {
        ProjectTypeCoverage {
            columns: self.columns,
            columns_typed: self.typed,
            coverage_pct: self.percent(),
            open_models: self.open_models,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TypeCoverage;
    use rocky_compiler::types::{DataType, Nullability, Schema, TypedColumn};

    #[test]
    fn a_hundred_per_cent_means_all() {
        let coverage = |columns, typed| TypeCoverage { columns, typed, open_models: 0 };
        assert_eq!(coverage(3, 2).percent(), Some(66.6));
        assert_eq!(coverage(10_000, 9_999).percent(), Some(99.9));
        assert_eq!(coverage(5, 5).percent(), Some(100.0));
        assert_eq!(coverage(0, 0).percent(), None);
        assert_eq!(
            TypeCoverage { open_models: 1, ..coverage(0, 0) }.words(),
            "0 of 0 columns; 1 model may have more columns"
        );
    }

    #[test]
    fn what_is_kept_reads_back() {
        let models = [TypeCoverage { columns: 3, typed: 2, open_models: 1 }, TypeCoverage::default()];
        let bytes = TypeCoverage::as_bytes(&models);
        assert_eq!(TypeCoverage::of_bytes(&bytes).as_deref(), Some(models.as_slice()));
        assert_eq!(TypeCoverage::of_bytes(&bytes[1..]), None);
        assert_eq!(TypeCoverage::sum(&models), models[0]);
    }

    #[test]
    fn an_array_of_something_is_not_known() {
        let column = |ty| TypedColumn::new("a", ty, Nullability::Unknown);
        let columns = vec![
            column(DataType::Int64),
            column(DataType::Unknown),
            column(DataType::array_of(DataType::Unknown)),
        ];
        let coverage = TypeCoverage::of_model(&Schema::new(columns, true));
        assert_eq!(coverage, TypeCoverage { columns: 3, typed: 1, open_models: 1 });
    }
}
