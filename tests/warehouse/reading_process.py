"""Reads two joined marts of the published version again and again, until a file named stop appears.

Prints one line of JSON: the run ids seen per version, and every error. HOME is the first argument.
"""

import json
import sys
from pathlib import Path

from warehouse.published import current_version, open_published
from warehouse.settings import Settings

settings = Settings(config=Path(sys.argv[1]), home=Path(sys.argv[1]))
stop = settings.home / "stop"
joined = """
select distinct t.run_id, h.run_id, v.run_id
from marts.customer_tiers as t
full join marts.customer_health as h using (customer_key)
cross join (select run_id from ops.published_versions where is_this_version) as v
"""
seen: dict[str, list[list[str]]] = {}
errors: list[str] = []
reads = 0
while not stop.exists():
    folder = current_version(settings)
    try:
        with open_published(settings) as connection:
            (version,) = connection.execute(
                "select version_id from ops.published_versions where is_this_version"
            ).fetchone()
            for _ in range(3):
                triples = [list(row) for row in connection.execute(joined).fetchall()]
                if triples not in seen.setdefault(version, []):
                    seen[version] = [*seen[version], triples]
        reads += 1
        if reads == 1:
            print("reading", flush=True)
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
print(json.dumps({"seen": seen, "errors": errors, "reads": reads}), flush=True)
