"""Publishes in a process of its own: HOME RUN_ID ROWS, and the greatest size of a file in MB (0: none)."""

import resource
import sys
from pathlib import Path

from tests.warehouse.marts_for_publishing import open_filled
from warehouse.lock import writer_lock
from warehouse.operational_store import open_store
from warehouse.publish import publish
from warehouse.settings import Settings

home, run_id, rows, megabytes = sys.argv[1:5]
settings = Settings(config=Path(home), home=Path(home))
with writer_lock(settings, run_id), open_filled(settings, run_id, int(rows)) as connection:
    store = open_store(settings)
    connection.execute("checkpoint")
    if int(megabytes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(megabytes) << 20, int(megabytes) << 20))
    print("publishing", flush=True)
    publish(connection, store, settings, run_id)
    print("published", flush=True)
