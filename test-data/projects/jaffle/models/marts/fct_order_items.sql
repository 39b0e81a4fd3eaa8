SELECT
    order_item_id,
    order_id,
    customer_id,
    store_id,
    ordered_at,
    product_id,
    product_name,
    price,
    supply_cost,
    price - supply_cost AS margin,
    ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY order_item_id) AS position_in_order
FROM int_order_items
