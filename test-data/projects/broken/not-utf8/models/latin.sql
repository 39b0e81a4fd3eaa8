SELECT 1 AS id,
  'grьяe' AS greeting
