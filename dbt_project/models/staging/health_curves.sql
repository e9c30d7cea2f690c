-- whole rows: the file's columns are fixed by warehouse/health_curves.py
select * from {{ home_parquet('health_curves.parquet') }}
