"""Maps raw batches into rows of the change log, in an in-memory DuckDB of the load's own."""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import pyarrow as pa

from ingestion.blank_rows import leave_blank
from ingestion.bulk_types import retypable, retyped
from ingestion.column_plan import ColumnPlan
from ingestion.mapping_sql import mapping_sql
from ingestion.raw_schema import raw_schema
from ingestion.raw_text import quoted
from ingestion.readers.raw_arrow import POSITION
from ingestion.sources import EntityMapping
from warehouse.errors import CmwError


class Mapper:
    """One load's mapping. The SELECT is planned anew only when the batches' types change."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        mapping: EntityMapping,
        plan: ColumnPlan,
        load_id: str,
        load_seq: int,
        loaded_at: datetime,
        erased: Mapping[str, bool] | None = None,
    ) -> None:
        self._connection, self._erased = connection, erased
        self._mapping = mapping
        self._plan = plan
        self._parameters = {"load_id": load_id, "load_seq": load_seq, "loaded_at": loaded_at}
        self._schema: pa.Schema | None = None
        self._sql = ""
        self._retypable = retypable(mapping, plan)
        self.timezone = mapping.timezone
        self.schema = raw_schema(mapping.entity)
        connection.execute(f"set TimeZone = {quoted(mapping.timezone)}")

    def map(self, raw: pa.Table) -> pa.Table:
        """The batch in the change log's schema, in the order in which it came; erased rows blank."""
        raw = retyped(raw, self._retypable, self._mapping, self._plan)
        if self._schema is None or not raw.schema.equals(self._schema, check_metadata=True):
            self._schema = raw.schema
            self._sql = mapping_sql(self._mapping, self._plan, raw.schema, "raw_batch")
        self._connection.register("raw_batch", raw)
        try:
            rows = self._connection.execute(self._sql, self._parameters).to_arrow_table().cast(self.schema)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise CmwError(
                f"{self._mapping.where_said}: the mapping cannot be computed from row {raw[POSITION][0]} on: {first}",
                "Check constants, formats and values of that entity",
            ) from None
        finally:
            self._connection.unregister("raw_batch")
        return leave_blank(self._connection, self._mapping.entity, rows, self._erased) if self._erased else rows
