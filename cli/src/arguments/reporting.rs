//! The options of commands whose findings and test results other tools read.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The form of findings and test results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Text for people.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reporters.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// A Markdown summary for a pull request.
    Markdown,
}

/// A report that is written to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ReportFile {
    /// Its form.
    pub(crate) format: ReportFormat,
    /// Where it is written.
    pub(crate) path: PathBuf,
}

/// How results are reported.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ReportOptions {
    /// Form of the result; beats --output
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<ReportFormat>,
    /// Also write the result to a file, for instance junit=results.xml; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub(crate) report: Vec<ReportFile>,
    /// Also append the Markdown summary to the file that GITHUB_STEP_SUMMARY names
    #[arg(long)]
    pub(crate) step_summary: bool,
}

fn report_file(text: &str) -> Result<ReportFile, String> {
    let example = "write for instance --report sarif=results.sarif";
    let Some((format, path)) = text.split_once('=') else {
        return Err(format!("expected FORMAT=FILE; {example}"));
    };
    let format = ReportFormat::from_str(format, true).map_err(|_| {
        let names: Vec<String> = ReportFormat::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("there is no format '{format}'; the formats are {}", names.join(", "))
    })?;
    if path.is_empty() {
        return Err(format!("the file has no name; {example}"));
    }
    Ok(ReportFile { format, path: PathBuf::from(path) })
}
