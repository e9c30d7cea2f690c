-- whole row: the file's columns are fixed by warehouse/tier_overrides.py
select * from {{ home_parquet('tier_overrides.parquet') }}
