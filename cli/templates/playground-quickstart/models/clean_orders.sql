-- Ephemeral: no table of its own, the query becomes a part of every model that reads it.
WITH spelled AS (
    SELECT
        *,
        LOWER(status) AS order_status
    FROM raw_orders
)

SELECT
    order_id,
    customer_id,
    product_id,
    amount,
    order_status,
    order_date,
    _updated_at
FROM spelled
WHERE amount > 0
