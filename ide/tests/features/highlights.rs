//! The places of what a name means. `$0` is the cursor; what is highlighted stands in guillemets, with an exclamation
//! mark where the name is introduced.

use crate::support::Project;
use rocky_ide::HighlightKind;

fn check(fixture: &str, wanted: &str) {
    let project = Project::new(fixture);
    let at = project.position();
    let (mut text, places) = project.ask(|analysis| {
        let document = analysis.syntax_document(&at.path).expect("a document");
        (document.text().to_string(), analysis.highlights(&at, &document))
    });
    for place in places.iter().rev() {
        text.insert(usize::from(place.range.end()), '»');
        let mark = if place.kind == HighlightKind::Write { "!«" } else { "«" };
        text.insert_str(usize::from(place.range.start()), mark);
    }
    assert_eq!(text.trim_end(), wanted, "{fixture}");
}

#[test]
fn a_column_is_that_of_its_relation() {
    check(
        "select o.i$0d, c.id from orders o join customers c on o.id = c.id where id = o.id",
        "select o.«id», c.id from orders o join customers c on o.«id» = c.id where id = o.«id»",
    );
    check(
        "select amount from orders where am$0ount > 1 and id in (select amount from orders)",
        "select «amount» from orders where «amount» > 1 and id in (select amount from orders)",
    );
}

#[test]
fn a_column_of_a_cte_is_the_item_that_gives_it() {
    check(
        "with r as (select amount * 2 as twice from orders) select r.tw$0ice, 1 as twice from r",
        "with r as (select amount * 2 as !«twice» from orders) select r.«twice», 1 as twice from r",
    );
    check(
        "with r as (select amount * 2 as tw$0ice from orders) select twice from r order by twice",
        "with r as (select amount * 2 as !«twice» from orders) select «twice» from r order by «twice»",
    );
}

#[test]
fn relations_by_what_they_are() {
    check(
        "select orders.id from ord$0ers union all select id from c.s.orders",
        "select «orders».id from «orders» union all select id from c.s.«orders»",
    );
    check(
        "with a as (select 1 as id) select a.id from a$0 join orders as b on a.id = b.id",
        "with !«a» as (select 1 as id) select «a».id from «a» join orders as b on «a».id = b.id",
    );
    check(
        "select o$0.id from orders o where exists (select 1 from customers o where o.id = 1)",
        "select «o».id from orders !«o» where exists (select 1 from customers o where o.id = 1)",
    );
}

#[test]
fn what_is_not_known_goes_by_its_spelling() {
    check(
        "select nothing$0 from orders where nothing > 1",
        "select «nothing» from orders where «nothing» > 1",
    );
    check("sel$0ect id from orders", "«select» id «from» orders");
}
