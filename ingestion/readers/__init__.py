"""Readers: each gives the rows of one entity as Arrow batches of what the source holds, uncast."""
