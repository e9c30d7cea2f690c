"""What `dagster dev` loads: the definitions of the company that the environment names."""

from orchestration.definitions import build_defs

defs = build_defs()
