SELECT
    CAST(p_partkey AS BIGINT) AS p_partkey,
    CAST(p_name AS VARCHAR) AS p_name,
    CAST(p_mfgr AS VARCHAR) AS p_mfgr,
    CAST(p_brand AS VARCHAR) AS p_brand,
    CAST(p_type AS VARCHAR) AS p_type,
    CAST(p_size AS INTEGER) AS p_size,
    CAST(p_container AS VARCHAR) AS p_container,
    CAST(p_retailprice AS DECIMAL(15, 2)) AS p_retailprice,
    CAST(p_comment AS VARCHAR) AS p_comment
FROM raw.part
