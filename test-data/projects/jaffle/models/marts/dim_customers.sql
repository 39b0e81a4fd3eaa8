WITH history AS (
    SELECT
        customer_id,
        COUNT(*) AS orders,
        COUNT(DISTINCT store_id) AS stores,
        MIN(ordered_at) AS first_ordered_at,
        MAX(ordered_at) AS last_ordered_at,
        SUM(subtotal) AS spent_before_tax,
        SUM(order_total) AS spent
    FROM fct_orders
    GROUP BY customer_id
)

SELECT
    customers.customer_id,
    customers.customer_name,
    COALESCE(history.orders, 0) AS orders,
    COALESCE(history.stores, 0) AS stores,
    history.first_ordered_at,
    history.last_ordered_at,
    COALESCE(history.spent, 0) AS spent,
    CASE WHEN history.orders > 1 THEN 'returning' ELSE 'new' END AS customer_type
FROM stg_customers AS customers
LEFT JOIN history ON customers.customer_id = history.customer_id
