-- Incremental: a run appends the rows that are newer than the newest one in the table.
SELECT
    order_id,
    customer_id,
    order_status,
    amount,
    SUM(amount) OVER (PARTITION BY customer_id ORDER BY _updated_at, order_id) AS customer_total_so_far,
    _updated_at
FROM clean_orders
