"""The bare way of reading MySQL: the rows of its C driver (mysqlclient) into Arrow columns of the table's types."""

import sys

# The driver comes first: after Arrow it finds no room for its thread-local storage.
import MySQLdb  # isort: skip
import MySQLdb.cursors  # isort: skip

import pyarrow as pa
from sqlalchemy.engine import make_url

from benchmarks.bare_peers import BATCH_ROWS, arrow_type
from benchmarks.large_table import COLUMNS, TABLE


def main(url: str) -> int:
    address = make_url(url)
    connection = MySQLdb.connect(
        host=address.host,
        port=address.port or 3306,
        user=address.username,
        password=address.password or "",
        database=address.database,
        charset="utf8mb4",
        cursorclass=MySQLdb.cursors.SSCursor,
    )
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
