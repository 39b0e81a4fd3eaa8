//! Canonical keys of time partitions (spec 03 §12): `2025-07-04T09`, `2025-07-04`, `2025-07`, `2025`.

use rocky_project::Granularity;

/// How a canonical key of this grain looks.
pub(crate) fn key_format(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Hour => "YYYY-MM-DDTHH, such as 2025-07-04T09",
        Granularity::Day => "YYYY-MM-DD, such as 2025-07-04",
        Granularity::Month => "YYYY-MM, such as 2025-07",
        Granularity::Year => "YYYY, such as 2025",
    }
}

/// Whether `key` is canonical: zero-padded, of this grain, and a date that exists.
pub(crate) fn is_canonical_key(key: &str, granularity: Granularity) -> bool {
    let shape = match granularity {
        Granularity::Hour => "dddd-dd-ddTdd",
        Granularity::Day => "dddd-dd-dd",
        Granularity::Month => "dddd-dd",
        Granularity::Year => "dddd",
    };
    let fits = key.len() == shape.len()
        && key.bytes().zip(shape.bytes()).all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        });
    if !fits {
        return false;
    }
    let number = |range: std::ops::Range<usize>| key.get(range).and_then(|part| part.parse::<u32>().ok());
    let year = number(0..4).unwrap_or(0);
    let month = number(5..7).unwrap_or(1);
    let day = number(8..10).unwrap_or(1);
    let hour = number(11..13).unwrap_or(0);
    (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month) && hour < 24
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::is_canonical_key;
    use rocky_project::Granularity::{Day, Hour, Month, Year};

    #[test]
    fn keys() {
        for (key, granularity) in
            [("2025-07-04T09", Hour), ("2024-02-29", Day), ("2025-07", Month), ("2025", Year)]
        {
            assert!(is_canonical_key(key, granularity), "{key}");
        }
        for (key, granularity) in [
            ("2025-07-04T9", Hour),
            ("2025-07-04T24", Hour),
            ("2025-02-29", Day),
            ("2025-7-4", Day),
            ("2025-13", Month),
            ("2025-00", Month),
            ("25", Year),
            ("2025-07-04", Month),
            ("２０２５", Year),
        ] {
            assert!(!is_canonical_key(key, granularity), "{key}");
        }
    }
}
