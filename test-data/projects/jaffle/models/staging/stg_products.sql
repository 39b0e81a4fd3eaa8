SELECT
    CAST(sku AS VARCHAR) AS product_id,
    CAST(name AS VARCHAR) AS product_name,
    CAST(type AS VARCHAR) AS product_type,
    CAST(price / 100.0 AS DECIMAL(12, 2)) AS price,
    type = 'jaffle' AS is_food,
    type = 'beverage' AS is_drink
FROM raw.products
