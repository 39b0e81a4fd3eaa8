SELECT
    CAST(c_custkey AS BIGINT) AS c_custkey,
    CAST(c_name AS VARCHAR) AS c_name,
    CAST(c_address AS VARCHAR) AS c_address,
    CAST(c_nationkey AS INTEGER) AS c_nationkey,
    CAST(c_phone AS VARCHAR) AS c_phone,
    CAST(c_acctbal AS DECIMAL(15, 2)) AS c_acctbal,
    CAST(c_mktsegment AS VARCHAR) AS c_mktsegment,
    CAST(c_comment AS VARCHAR) AS c_comment
FROM raw.customer
