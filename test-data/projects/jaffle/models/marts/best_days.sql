SELECT
    store_name,
    ordered_on,
    revenue,
    revenue / orders AS average_order
FROM store_days
QUALIFY ROW_NUMBER() OVER (PARTITION BY store_name ORDER BY revenue DESC, ordered_on) <= 10
ORDER BY store_name, revenue DESC, ordered_on
