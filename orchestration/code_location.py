"""What `dagster dev` loads: the definitions of the company that the environment names."""

from orchestration.definitions import build_defs
from orchestration.environment import prepare
from orchestration.instance import spare_the_disk

spare_the_disk(prepare())
defs = build_defs()
