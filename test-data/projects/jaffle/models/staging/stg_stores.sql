SELECT
    CAST(id AS VARCHAR) AS store_id,
    CAST(name AS VARCHAR) AS store_name,
    CAST(opened_at AS DATE) AS opened_on,
    CAST(tax_rate AS DECIMAL(6, 4)) AS tax_rate
FROM raw.stores
