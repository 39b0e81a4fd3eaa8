-- The generated CSV files, as they are.
CREATE SCHEMA IF NOT EXISTS raw;

CREATE OR REPLACE TABLE raw.customers AS SELECT * FROM read_csv('jaffle-data/raw_customers.csv', header = true);
CREATE OR REPLACE TABLE raw.stores AS SELECT * FROM read_csv('jaffle-data/raw_stores.csv', header = true);
CREATE OR REPLACE TABLE raw.products AS SELECT * FROM read_csv('jaffle-data/raw_products.csv', header = true);
CREATE OR REPLACE TABLE raw.supplies AS SELECT * FROM read_csv('jaffle-data/raw_supplies.csv', header = true);
CREATE OR REPLACE TABLE raw.orders AS SELECT * FROM read_csv('jaffle-data/raw_orders.csv', header = true);
CREATE OR REPLACE TABLE raw.items AS SELECT * FROM read_csv('jaffle-data/raw_items.csv', header = true);
