SELECT
    id,
    statte
FROM good
