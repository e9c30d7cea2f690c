"""The three databases, shaped and named like real systems rather than like the warehouse's contract."""
