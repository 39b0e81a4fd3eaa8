SELECT
    CAST(o_orderkey AS BIGINT) AS o_orderkey,
    CAST(o_custkey AS BIGINT) AS o_custkey,
    CAST(o_orderstatus AS VARCHAR) AS o_orderstatus,
    CAST(o_totalprice AS DECIMAL(15, 2)) AS o_totalprice,
    CAST(o_orderdate AS DATE) AS o_orderdate,
    CAST(o_orderpriority AS VARCHAR) AS o_orderpriority,
    CAST(o_clerk AS VARCHAR) AS o_clerk,
    CAST(o_shippriority AS INTEGER) AS o_shippriority,
    CAST(o_comment AS VARCHAR) AS o_comment
FROM raw.orders
