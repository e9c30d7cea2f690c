"""A run that finds nothing new changes nothing, says so, and imports nothing heavy."""

import subprocess
import sys

from tests.end_to_end.conftest import ROOT


def test_a_run_with_nothing_new_changes_nothing_says_so_and_imports_nothing_heavy(changing_company):
    pointer = (changing_company.home / "published" / "current").resolve()
    code = (
        "import sys; from orchestration import environment; from orchestration.execute import run_company;"
        "outcome = run_company(environment.prepare());"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "heavy = {'dbt', 'great_expectations', 'metricflow', 'dagster_dbt'} & loaded;"
        "print(outcome.state, sorted(heavy))"
    )
    command = [sys.executable, "-c", code]
    env = changing_company.environment
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "nothing_new []"
    assert (changing_company.home / "published" / "current").resolve() == pointer
    assert "Nothing new" in changing_company.cmw("run")
