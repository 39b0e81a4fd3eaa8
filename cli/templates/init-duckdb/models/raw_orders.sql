-- Three orders to begin with. Put the table with your data here: SELECT * FROM my_schema.my_orders
SELECT
    CAST(order_id AS BIGINT) AS order_id,
    CAST(customer_id AS BIGINT) AS customer_id,
    CAST(amount AS DECIMAL(10, 2)) AS amount,
    CAST(status AS VARCHAR) AS status,
    CAST(updated_at AS TIMESTAMP) AS _updated_at
FROM (
    VALUES
        (1, 101, 42.50, 'completed', '2031-01-05 09:00:00'),
        (2, 102, 17.00, 'pending', '2031-01-05 10:30:00'),
        (3, 101, 99.95, 'completed', '2031-01-06 08:15:00')
) AS orders (order_id, customer_id, amount, status, updated_at)
