-- A model to begin with. Replace the inner query with a table of your warehouse.
SELECT
    order_id,
    customer_id,
    amount
FROM (
    SELECT 1 AS order_id, 101 AS customer_id, 42.50 AS amount
    UNION ALL
    SELECT 2 AS order_id, 102 AS customer_id, 17.00 AS amount
) AS orders
WHERE amount > 0
