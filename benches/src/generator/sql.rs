//! The SQL models. Every model has at least the columns `id`, `parent_id`, `amount`, `quantity`, `status`, `region`
//! and `created_at`, and a metric of its own.

use super::random::Random;
use super::{Layer, Model};

pub(super) fn body(random: &mut Random, model: &Model, domain: &str, parents: &[Model]) -> String {
    match (model.layer, parents) {
        (Layer::Staging, [parent, ..]) => staging(random, model, parent),
        (Layer::Intermediate, [first, second, rest @ ..]) => {
            intermediate(random, model, first, second, rest.first())
        }
        (Layer::Marts, [first, second, ..]) => mart(random, model, first, second),
        (_, [parent, ..]) => staging(random, model, parent),
        (_, []) => source(random, model, domain),
    }
}

fn source(random: &mut Random, model: &Model, domain: &str) -> String {
    let metric = &model.metric;
    let factor = 2 + random.below(90);
    let region = random.below(9);
    format!(
        "-- {domain} as they are delivered\n\
SELECT
    CAST(id AS BIGINT) AS id,
    CAST(parent_id AS BIGINT) AS parent_id,
    CAST(amount AS DECIMAL(18, 2)) AS amount,
    CAST(quantity AS BIGINT) AS quantity,
    LOWER(TRIM(CAST(status AS VARCHAR))) AS status,
    CAST(region AS VARCHAR) AS region,
    CAST(created_at AS TIMESTAMP) AS created_at,
    CAST(quantity AS BIGINT) * {factor} AS {metric}
FROM raw.{domain}
WHERE id IS NOT NULL
    AND region <> 'region {region}'
"
    )
}

fn staging(random: &mut Random, model: &Model, parent: &Model) -> String {
    let metric = &model.metric;
    let from = &parent.name;
    let threshold = random.below(50);
    let state = random.below(4);
    let function = random.pick(&["ROW_NUMBER", "RANK", "DENSE_RANK"]);
    format!(
        "WITH incoming AS (
    SELECT *
    FROM {from}
    WHERE amount >= {threshold}
),

numbered AS (
    SELECT
        *,
        {function}() OVER (PARTITION BY parent_id ORDER BY created_at DESC, id) AS position_in_group,
        CASE
            WHEN status = 'state {state}' THEN amount
            ELSE amount * 0.5
        END AS weighted_amount
    FROM incoming
)

SELECT
    * EXCLUDE (position_in_group),
    position_in_group + quantity AS {metric}
FROM numbered
WHERE position_in_group <= 25
"
    )
}

fn intermediate(
    random: &mut Random,
    model: &Model,
    first: &Model,
    second: &Model,
    third: Option<&Model>,
) -> String {
    let (metric, left, right) = (&model.metric, &first.name, &second.name);
    let (left_metric, right_metric) = (&first.metric, &second.metric);
    let join = random.pick(&["LEFT JOIN", "INNER JOIN"]);
    let limit = 10 + random.below(80);
    let filter = third.map_or_else(
        || format!("WHERE l.amount > {limit}"),
        |third| format!("WHERE l.id IN (SELECT t.id FROM {} AS t WHERE t.quantity < {limit})", third.name),
    );
    format!(
        "SELECT
    l.id,
    l.parent_id,
    l.amount + COALESCE(r.amount, 0) AS amount,
    l.quantity,
    l.status,
    COALESCE(r.region, l.region) AS region,
    l.created_at,
    SUM(l.{left_metric}) OVER (PARTITION BY l.region ORDER BY l.created_at, l.id) AS running_total,
    COALESCE(r.{right_metric}, 0) + l.{left_metric} AS {metric}
FROM {left} AS l
{join} {right} AS r
    ON l.parent_id = r.id
{filter}
"
    )
}

fn mart(random: &mut Random, model: &Model, first: &Model, second: &Model) -> String {
    let (metric, left, right) = (&model.metric, &first.name, &second.name);
    let (left_metric, right_metric) = (&first.metric, &second.metric);
    let unit = random.pick(&["day", "week", "month"]);
    let minimum = random.below(5);
    format!(
        "WITH totals AS (
    SELECT
        parent_id,
        COUNT(*) AS pieces,
        SUM({right_metric}) AS total
    FROM {right}
    GROUP BY parent_id
)

SELECT
    m.parent_id AS id,
    DATE_TRUNC('{unit}', m.created_at) AS period,
    COUNT(DISTINCT m.id) AS members,
    SUM(m.amount) AS amount,
    AVG(m.quantity) AS average_quantity,
    MAX(t.pieces) AS pieces,
    SUM(m.{left_metric}) + MAX(t.total) AS {metric}
FROM {left} AS m
LEFT JOIN totals AS t ON m.parent_id = t.parent_id
GROUP BY m.parent_id, DATE_TRUNC('{unit}', m.created_at)
HAVING COUNT(*) > {minimum}
"
    )
}
