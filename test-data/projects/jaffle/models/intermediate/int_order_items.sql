SELECT
    items.order_item_id,
    items.order_id,
    orders.customer_id,
    orders.store_id,
    orders.ordered_at,
    products.*,
    costs.supply_cost
FROM stg_order_items AS items
INNER JOIN stg_orders AS orders ON items.order_id = orders.order_id
INNER JOIN stg_products AS products ON items.product_id = products.product_id
LEFT JOIN int_product_costs AS costs ON products.product_id = costs.product_id
