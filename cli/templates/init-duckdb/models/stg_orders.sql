SELECT
    order_id,
    customer_id,
    amount,
    status,
    _updated_at
FROM raw_orders
WHERE amount > 0
