-- Staging: the source, column by column, with the types that everything downstream relies on.
SELECT
    CAST(order_id AS BIGINT) AS order_id,
    CAST(customer_id AS BIGINT) AS customer_id,
    CAST(product_id AS BIGINT) AS product_id,
    CAST(amount AS DECIMAL(10, 2)) AS amount,
    CAST(status AS VARCHAR) AS status,
    CAST(order_date AS DATE) AS order_date,
    CAST(_updated_at AS TIMESTAMP) AS _updated_at
FROM raw__orders.orders
