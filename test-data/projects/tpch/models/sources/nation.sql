SELECT
    CAST(n_nationkey AS INTEGER) AS n_nationkey,
    CAST(n_name AS VARCHAR) AS n_name,
    CAST(n_regionkey AS INTEGER) AS n_regionkey,
    CAST(n_comment AS VARCHAR) AS n_comment
FROM raw.nation
