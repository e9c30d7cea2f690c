"""The peer of ingestion: the same tables, read in full by the standard library's cursor and thrown away."""

import sqlite3
import sys
from pathlib import Path


def read_all(folder: Path) -> int:
    """Rows of all tables of all SQLite databases in the folder."""
    rows = 0
    for path in sorted(folder.glob("*.db")):
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for name in names:
            cursor = connection.execute(f'select * from "{name}"')
            while batch := cursor.fetchmany(50_000):
                rows += len(batch)
        connection.close()
    return rows


if __name__ == "__main__":
    print(read_all(Path(sys.argv[1])))
