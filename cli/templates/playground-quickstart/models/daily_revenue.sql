-- Mart: one row per day.
SELECT
    order_date,
    COUNT(*) AS orders,
    COUNT(DISTINCT customer_id) AS customers,
    SUM(CASE WHEN order_status = 'cancelled' THEN 0 ELSE amount END) AS revenue
FROM clean_orders
GROUP BY order_date
