use crate::support::{ROCKY, SQL, with_cursor};
use rocky_ide::{HighlightKind, SourceLanguage};

/// The text with what is highlighted in guillemets; a place that introduces the name has an exclamation mark.
fn check(marked: &str, language: SourceLanguage, wanted: &str) {
    let (document, offset) = with_cursor(marked, language);
    let mut text = document.text().to_string();
    for place in document.highlights(offset).iter().rev() {
        text.insert(usize::from(place.range.end()), '»');
        let mark = if place.kind == HighlightKind::Write { "!«" } else { "«" };
        text.insert_str(usize::from(place.range.start()), mark);
    }
    assert_eq!(text, wanted, "{marked}");
}

#[test]
fn the_words_of_one_construct() {
    check(
        "select case w§hen a then case when 1 then 2 end else b end",
        SQL,
        "select «case» «when» a «then» case when 1 then 2 end «else» b «end»",
    );
    check(
        "sel§ect a from (select 1 from t) where b order by c",
        SQL,
        "«select» a «from» (select 1 from t) «where» b «order» by c",
    );
    check("select a betw§een 1 and 2 and c", SQL, "select a «between» 1 «and» 2 and c");
}

#[test]
fn both_ends() {
    check("select §(a)", SQL, "select «(»a«)»");
}

#[test]
fn names_in_their_query() {
    check(
        "with a as (select 1 x) select o.x from a§ as o, (select x from t) a2 where 'a'",
        SQL,
        "with !«a» as (select 1 x) select o.x from «a» as o, (select x from t) a2 where 'a'",
    );
    check(
        "select o§.x, x from orders as o where O.y and (select o from p)",
        SQL,
        "select «o».x, x from orders as !«o» where «O».y and (select o from p)",
    );
    check(
        "from t\nderive { total§: a + b }\nwhere total > 1",
        ROCKY,
        "from t\nderive { !«total»: a + b }\nwhere «total» > 1",
    );
}
