SELECT
    CAST(r_regionkey AS INTEGER) AS r_regionkey,
    CAST(r_name AS VARCHAR) AS r_name,
    CAST(r_comment AS VARCHAR) AS r_comment
FROM raw.region
