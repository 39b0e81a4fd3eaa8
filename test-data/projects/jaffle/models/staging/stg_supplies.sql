SELECT
    CAST(id AS VARCHAR) AS supply_id,
    CAST(sku AS VARCHAR) AS product_id,
    CAST(name AS VARCHAR) AS supply_name,
    CAST(cost / 100.0 AS DECIMAL(12, 2)) AS cost,
    CAST(perishable AS BOOLEAN) AS is_perishable
FROM raw.supplies
