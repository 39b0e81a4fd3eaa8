//! A project in which one model is read by thousands.

use crate::generator::GeneratedFile;

/// The model that is read.
pub const ROOT: &str = "models/sources/exchange_rates.sql";

/// The text of the root; its second column has another type after a change.
#[must_use]
pub fn root_text(rate_type: &str) -> String {
    format!("SELECT CAST(1 AS BIGINT) AS currency, CAST(1 AS {rate_type}) AS rate\n")
}

/// Makes `readers` SQL models read one more root. The number that do.
pub fn add(files: &mut Vec<GeneratedFile>, readers: usize) -> usize {
    let mut added = 0;
    for layer in ["models/staging/", "models/intermediate/", "models/marts/"] {
        let of_layer =
            files.iter_mut().filter(|file| file.path.starts_with(layer) && file.path.ends_with(".sql"));
        for file in of_layer.take(readers - added) {
            file.text = format!(
                "SELECT q.*, fx.rate AS fx_rate\nFROM (\n{}\n) AS q\nCROSS JOIN exchange_rates AS fx\n",
                file.text.trim_end()
            );
            added += 1;
        }
    }
    files.push(GeneratedFile { path: ROOT.to_owned(), text: root_text("DECIMAL(18, 6)") });
    added
}
