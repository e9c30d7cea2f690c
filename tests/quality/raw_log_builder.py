"""Writes a small raw change log as ingestion would: typed Parquet files and their manifest."""

import hashlib
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.entities import load_contract
from ingestion.raw_schema import raw_schema
from warehouse.settings import Settings

START = datetime(2026, 6, 1, 15, 59, 59)
DECIMAL_TYPES = ("quantity", "money", "rate", "probability")


def typed(kind: str, value: object) -> object:
    """A value as written in YAML, in the type of its column."""
    if value is None:
        return None
    if kind == "timestamp":
        return datetime.fromisoformat(str(value))
    if kind == "date":
        return date.fromisoformat(str(value)[:10])
    if kind in DECIMAL_TYPES:
        return Decimal(str(value))
    return value if kind in ("boolean", "integer") else str(value)


class RawLog:
    """One company's change log; every ``load`` is one load of one entity a day after the last."""

    def __init__(self, home: Path, config: Path) -> None:
        self.settings = Settings(config=config, home=home)
        self.settings.raw.mkdir(parents=True, exist_ok=True)
        self._files: list[dict] = []
        self._loads: list[dict] = []
        self._seq = 0

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self._seq)

    def load(
        self,
        entity: str,
        rows: list[dict],
        *,
        source: str = "",
        deletes: tuple[str, ...] = (),
        status: str = "loaded",
        error: str = "",
        **record: object,
    ) -> str:
        """Writes one load. Rows may name ``_key``, ``_rejected``, ``_version_at`` too. Returns the load's id."""
        contract = load_contract()[entity]
        source = source or f"demo_{contract.kind}"
        self._seq += 1
        load_id = f"{self._seq:06d}"
        schema = raw_schema(contract)
        common = {
            "source_system": source,
            "_load_id": load_id,
            "_load_seq": self._seq,
            "_loaded_at": self.now,
            "_mapping_version": "1",
        }
        content = []
        for row in rows:
            values = {name: typed(column.type, row.get(name)) for name, column in contract.columns.items()}
            key = "|".join("" if values[part] is None else str(values[part]) for part in contract.key)
            key = row.get("_key", key)
            digest = hashlib.sha256(json.dumps(row, default=str, sort_keys=True).encode()).hexdigest()[:16]
            content.append(
                {
                    **dict.fromkeys(schema.names),
                    **values,
                    **common,
                    "_key": key,
                    "_change": "upsert",
                    "_row_hash": digest,
                    "_rejected": row.get("_rejected"),
                    "_version_at": row.get("_version_at", self.now),
                }
            )
        for key in deletes:
            gone = {"_key": key, "_change": "delete", "_row_hash": "deleted", "_version_at": self.now}
            content.append({**dict.fromkeys(schema.names), **common, **gone})
        path = Path(entity) / source / f"load_id={load_id}" / "part-0.parquet"
        target = self.settings.raw / path
        if content:
            target.parent.mkdir(parents=True)
            pq.write_table(pa.Table.from_pylist(content, schema=schema), target)
            self._files.append(
                {
                    "entity": entity,
                    "source_system": source,
                    "load_id": load_id,
                    "load_seq": self._seq,
                    "path": str(path),
                    "rows": len(content),
                    "bytes": target.stat().st_size,
                    "sha256": "",
                    "loaded_at": self.now.isoformat(),
                }
            )
        numbers = {"rows_read": len(rows), "new_versions": len(content), "deletes": len(deletes)}
        self._loads.append(
            {
                "load_id": load_id,
                "load_seq": self._seq,
                "run_id": f"run-{self._seq}",
                "source_system": source,
                "kind": contract.kind,
                "entity": entity,
                "started_at": self.now.isoformat(),
                "finished_at": self.now.isoformat(),
                "loaded_at": self.now.isoformat(),
                "status": status,
                "error": error,
                **numbers,
                **record,
            }
        )
        self.commit()
        return load_id

    def commit(self) -> None:
        manifest = {"format": 1, "load_seq": self._seq, "files": self._files, "sources": {}, "loads": self._loads}
        (self.settings.raw / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
