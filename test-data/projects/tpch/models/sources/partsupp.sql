SELECT
    CAST(ps_partkey AS BIGINT) AS ps_partkey,
    CAST(ps_suppkey AS BIGINT) AS ps_suppkey,
    CAST(ps_availqty AS BIGINT) AS ps_availqty,
    CAST(ps_supplycost AS DECIMAL(15, 2)) AS ps_supplycost,
    CAST(ps_comment AS VARCHAR) AS ps_comment
FROM raw.partsupp
