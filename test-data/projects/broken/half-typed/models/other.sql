SELECT id FROM nowhere.table_
