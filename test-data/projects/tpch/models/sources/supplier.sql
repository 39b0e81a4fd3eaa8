SELECT
    CAST(s_suppkey AS BIGINT) AS s_suppkey,
    CAST(s_name AS VARCHAR) AS s_name,
    CAST(s_address AS VARCHAR) AS s_address,
    CAST(s_nationkey AS INTEGER) AS s_nationkey,
    CAST(s_phone AS VARCHAR) AS s_phone,
    CAST(s_acctbal AS DECIMAL(15, 2)) AS s_acctbal,
    CAST(s_comment AS VARCHAR) AS s_comment
FROM raw.supplier
