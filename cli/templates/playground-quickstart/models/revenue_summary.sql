-- Mart: the customers who came back.
SELECT
    customer_id,
    total_revenue,
    order_count,
    total_revenue / order_count AS average_order,
    first_order,
    RANK() OVER (ORDER BY total_revenue DESC) AS revenue_rank
FROM customer_orders
WHERE order_count >= 2
