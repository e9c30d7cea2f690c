"""The bare way of reading MySQL: the rows of its C driver into Arrow columns of the table's types.

Needs mysqlclient, or mysql-connector-python with its C extension; ingestion itself needs neither.
"""

# The driver comes first: after Arrow or ssl it finds no room for its thread-local storage, or another OpenSSL.
try:
    import MySQLdb
    import MySQLdb.cursors
except ImportError:
    import _mysql_connector  # noqa: F401 - fails where only the slow way is installed
    import mysql.connector

    MySQLdb = None
import sys

import pyarrow as pa
from sqlalchemy.engine import URL, make_url

from benchmarks.bare_peers import BATCH_ROWS, arrow_type
from benchmarks.large_table import COLUMNS, TABLE


def _connect(address: URL):
    said = {"host": address.host, "port": address.port or 3306, "user": address.username}
    said |= {"password": address.password or "", "database": address.database, "charset": "utf8mb4"}
    if MySQLdb is None:
        return mysql.connector.connect(use_pure=False, collation="utf8mb4_general_ci", **said)
    return MySQLdb.connect(cursorclass=MySQLdb.cursors.SSCursor, **said)


def main(url: str) -> int:
    connection = _connect(make_url(url))
    cursor = connection.cursor()
    types = [arrow_type(kind) for _, kind in COLUMNS]
    cursor.execute(f"select * from {TABLE}")
    rows = 0
    while batch := cursor.fetchmany(BATCH_ROWS):
        for values, kind in zip(zip(*batch, strict=True), types, strict=True):
            pa.array(values, type=kind)
        rows += len(batch)
    return rows


if __name__ == "__main__":
    print(main(sys.argv[1]))
