-- whole rows: the file's columns are fixed by warehouse/alert_history.py
select * from {{ home_parquet('alert_history.parquet') }}
