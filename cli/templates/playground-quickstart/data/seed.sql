-- Source data: 500 orders of 80 customers. Arithmetic instead of random numbers, so that every run sees the same.
CREATE SCHEMA IF NOT EXISTS raw__orders;

CREATE OR REPLACE TABLE raw__orders.orders AS
SELECT
    n AS order_id,
    1 + (n * 7919 % 1009) % 80 AS customer_id,
    1 + (n * 613 % 1013) % 25 AS product_id,
    CAST(5 + (n * 7919 % 24500) / 100.0 AS DECIMAL(10, 2)) AS amount,
    CASE
        WHEN n % 11 = 0 THEN 'cancelled'
        WHEN n % 17 = 0 THEN 'RETURNED'
        WHEN n % 5 = 0 THEN 'shipped'
        ELSE 'completed'
    END AS status,
    CAST(DATE '2031-01-01' + INTERVAL 1 DAY * (n * 90 // 500) AS DATE) AS order_date,
    TIMESTAMP '2031-01-01 06:00:00' + INTERVAL 1 DAY * (n * 90 // 500) + INTERVAL 1 MINUTE * (n % 600) AS _updated_at
FROM (SELECT CAST(range AS BIGINT) AS n FROM range(1, 501));
