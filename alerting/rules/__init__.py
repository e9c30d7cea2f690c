"""What is worth telling somebody: one module a rule, each a function that returns candidates.

A rule that cannot be judged (its table is not there) returns None; its open alerts then stay open.
"""
