-- whole row: the file's columns are fixed by warehouse/run_context.py
select * from {{ home_parquet('run_context.parquet') }}
