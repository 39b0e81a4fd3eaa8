SELECT
    CAST(id AS VARCHAR) AS order_id,
    CAST(customer AS VARCHAR) AS customer_id,
    CAST(store_id AS VARCHAR) AS store_id,
    CAST(ordered_at AS TIMESTAMP) AS ordered_at,
    CAST(ordered_at AS DATE) AS ordered_on,
    CAST(subtotal / 100.0 AS DECIMAL(12, 2)) AS subtotal,
    CAST(tax_paid / 100.0 AS DECIMAL(12, 2)) AS tax_paid,
    CAST(order_total / 100.0 AS DECIMAL(12, 2)) AS order_total
FROM raw.orders
