WITH pieces AS (
    SELECT
        order_id,
        COUNT(*) AS items,
        SUM(price) AS items_total,
        SUM(supply_cost) AS supply_cost,
        SUM(CASE WHEN is_food THEN 1 ELSE 0 END) AS food_items,
        SUM(CASE WHEN is_drink THEN 1 ELSE 0 END) AS drink_items
    FROM int_order_items
    GROUP BY order_id
)

SELECT
    orders.*,
    stores.store_name,
    pieces.items,
    pieces.items_total,
    pieces.supply_cost,
    pieces.food_items > 0 AS has_food,
    pieces.drink_items > 0 AS has_drink,
    ROW_NUMBER() OVER (PARTITION BY orders.customer_id ORDER BY orders.ordered_at, orders.order_id) AS customer_order_number
FROM stg_orders AS orders
LEFT JOIN stg_stores AS stores ON orders.store_id = stores.store_id
LEFT JOIN pieces ON orders.order_id = pieces.order_id
