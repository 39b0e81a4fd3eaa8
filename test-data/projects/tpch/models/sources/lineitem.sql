SELECT
    CAST(l_orderkey AS BIGINT) AS l_orderkey,
    CAST(l_partkey AS BIGINT) AS l_partkey,
    CAST(l_suppkey AS BIGINT) AS l_suppkey,
    CAST(l_linenumber AS BIGINT) AS l_linenumber,
    CAST(l_quantity AS DECIMAL(15, 2)) AS l_quantity,
    CAST(l_extendedprice AS DECIMAL(15, 2)) AS l_extendedprice,
    CAST(l_discount AS DECIMAL(15, 2)) AS l_discount,
    CAST(l_tax AS DECIMAL(15, 2)) AS l_tax,
    CAST(l_returnflag AS VARCHAR) AS l_returnflag,
    CAST(l_linestatus AS VARCHAR) AS l_linestatus,
    CAST(l_shipdate AS DATE) AS l_shipdate,
    CAST(l_commitdate AS DATE) AS l_commitdate,
    CAST(l_receiptdate AS DATE) AS l_receiptdate,
    CAST(l_shipinstruct AS VARCHAR) AS l_shipinstruct,
    CAST(l_shipmode AS VARCHAR) AS l_shipmode,
    CAST(l_comment AS VARCHAR) AS l_comment
FROM raw.lineitem
