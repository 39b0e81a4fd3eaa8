SELECT
    product_id,
    SUM(cost) AS supply_cost,
    COUNT(*) AS supplies,
    SUM(CASE WHEN is_perishable THEN cost ELSE 0 END) AS perishable_cost
FROM stg_supplies
GROUP BY product_id
