//! The models in the Rocky DSL; they have the same columns as the SQL models of their layer.

use super::random::Random;
use super::{Layer, Model};

pub(super) fn body(random: &mut Random, model: &Model, parents: &[Model]) -> String {
    match (model.layer, parents) {
        (Layer::Marts, [first, ..]) => mart(random, model, first),
        (Layer::Intermediate, [first, second, ..]) => intermediate(random, model, first, second),
        (_, [parent, ..]) => staging(random, model, parent),
        (_, []) => String::new(),
    }
}

fn staging(random: &mut Random, model: &Model, parent: &Model) -> String {
    format!(
        "-- what came in, weighted\n\
from {from}
where amount >= {threshold}
where status != \"state {state}\"
derive {{
    weighted_amount: amount * {weight},
    {metric}: quantity + {offset}
}}
",
        from = parent.name,
        threshold = random.below(50),
        state = random.below(4),
        weight = 2 + random.below(7),
        metric = model.metric,
        offset = random.below(100),
    )
}

fn intermediate(random: &mut Random, model: &Model, first: &Model, second: &Model) -> String {
    format!(
        "-- both sides of the same key\n\
from {left} as l
join {right} as r on id {{
    keep r.{right_metric}
}}
where l.quantity < {limit}
select {{
    id: l.id,
    parent_id: l.parent_id,
    amount: l.amount,
    quantity: l.quantity,
    status: l.status,
    region: l.region,
    created_at: l.created_at,
    {metric}: l.{left_metric} + r.{right_metric}
}}
",
        left = first.name,
        right = second.name,
        left_metric = first.metric,
        right_metric = second.metric,
        limit = 3 + random.below(60),
        metric = model.metric,
    )
}

fn mart(random: &mut Random, model: &Model, parent: &Model) -> String {
    format!(
        "-- figures of a group\n\
from {from}
where quantity > {limit}
group id: parent_id {{
    members: count(),
    amount: sum(amount),
    first_seen: min(created_at),
    {metric}: sum({parent_metric})
}}
where members >= {minimum}
sort amount desc
",
        from = parent.name,
        limit = random.below(3),
        metric = model.metric,
        parent_metric = parent.metric,
        minimum = 1 + random.below(3),
    )
}
