"""What dbt gets to know of the environment it is started in."""

import os
import subprocess
import sys

SHOW = """
import os, sys, types
from orchestration import dbt_child
module = types.ModuleType("dbt.cli.main")
module.cli = lambda **_: print("\\n".join(os.environ))
sys.modules["dbt.cli.main"] = module
dbt_child.main()
"""


def test_dbt_knows_the_company_and_none_of_its_secrets():
    given = {"CMW_HOME": "/data", "CMW_TODAY": "2026-06-30", "ERP_PASSWORD": "x", "DBT_LOG_FORMAT": "json"}
    said = subprocess.run(
        [sys.executable, "-c", SHOW], env={**os.environ, **given}, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"CMW_HOME", "CMW_TODAY", "DBT_LOG_FORMAT", "PATH"} <= set(said)
    assert "ERP_PASSWORD" not in said
