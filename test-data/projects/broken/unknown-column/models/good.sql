SELECT 1 AS id, 'fine' AS state
