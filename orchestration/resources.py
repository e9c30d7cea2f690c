"""What every step of a run shares: the company, the run's id, its options, the writer lock and what it guards."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date

import dagster as dg
import duckdb
import sqlalchemy as sa
from pydantic import PrivateAttr

from orchestration import environment
from warehouse import working_file
from warehouse.clock import business_today
from warehouse.company import Company, load_company
from warehouse.lock import run_holder, run_lock, writer_lock
from warehouse.operational_store import open_store
from warehouse.settings import Settings


class CompanyRun(dg.ConfigurableResource):
    """One run for one company. Options can be set in Dagster's launchpad.

    Attributes:
        full: read every source completely, compare, and rebuild every table.
        only: the one source system to read; empty means all.
        is_replay: an earlier day is rebuilt from nothing, so no table has a last good state to keep.
        wait_seconds: how long to wait for another run's lock before saying so.
    """

    full: bool = False
    only: str = ""
    is_replay: bool = False
    wait_seconds: int = 0

    _settings: Settings = PrivateAttr()
    _company: Company = PrivateAttr()
    _run_id: str = PrivateAttr(default="")
    _locks: dict[str, ExitStack] = PrivateAttr(default_factory=dict)
    _store: sa.Engine | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._settings = environment.prepare()
        self._company = load_company(self._settings)
        self._run_id = context.run_id or ""

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        while self._locks:
            self._locks.popitem()[1].close()
        if self._store is not None:
            self._store.dispose()
            self._store = None

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def company(self) -> Company:
        return self._company

    @property
    def run_id(self) -> str:
        return self._run_id

    @property
    def today(self) -> date:
        """The business day of this run, in the company's time zone."""
        return business_today(self._settings, self._company)

    @property
    def store(self) -> sa.Engine:
        """The operational store, opened once for the run."""
        if self._store is None:
            self._store = open_store(self._settings)
        return self._store

    @contextmanager
    def working_file(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The working file, open for one step, under the writer lock."""
        self.take_lock()
        with working_file.connect(self._settings) as connection:
            yield connection

    def take_lock(self) -> None:
        """Takes the writer lock for the rest of the run; the kernel frees it if the process dies."""
        self._hold("writer", writer_lock)

    def take_turn(self) -> None:
        """Waits for a `cmw run` that is at work, and holds the next one off; `cmw run` and a replay did so before."""
        holder = run_holder(self._settings)
        if not self.is_replay and (holder is None or holder.process_id != os.getpid()):
            self._hold("run", run_lock)

    def _hold(self, name: str, lock: Callable[..., AbstractContextManager]) -> None:
        if name not in self._locks:
            with ExitStack() as stack:
                stack.enter_context(lock(self._settings, run_id=self._run_id, wait_seconds=self.wait_seconds))
                self._locks[name] = stack.pop_all()
