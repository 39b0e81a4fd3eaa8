SELECT
    CAST(id AS VARCHAR) AS customer_id,
    CAST(name AS VARCHAR) AS customer_name
FROM raw.customers
