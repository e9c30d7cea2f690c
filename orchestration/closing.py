"""`cmw close`: keeps the values of the periods that can be closed, as they were published last."""

from datetime import date

from metrics.closing import close_periods
from orchestration import handover, run_state
from warehouse import working_file
from warehouse.clock import business_today, load_time
from warehouse.company import load_company
from warehouse.errors import CmwError
from warehouse.lock import writer_lock
from warehouse.operational_store import open_store
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings


def close_published_periods(settings: Settings) -> list[tuple[str, date]]:
    """Grain and start of the periods closed now; none when all that can be closed are. Raises CmwError when nothing
    is published."""
    company = load_company(settings)
    if not (settings.published / "current").exists():
        raise CmwError("There is no period to close: nothing is published", "Run `cmw run` first")
    if not handover.take(settings, "gate_passed", False):
        raise CmwError("The last run did not pass gate 2, so its values are not closed", "See `cmw quality report`")
    if run_state.log_position(read_manifest(settings)) > int(run_state.last_complete(settings).get("load_seq", 0)):
        raise CmwError("Rows were read that the published values have not seen", "Run `cmw run` first, then close")
    store = open_store(settings)
    with writer_lock(settings, run_id="close"), working_file.connect(settings) as connection:
        return close_periods(
            connection,
            store,
            as_of=business_today(settings, company),
            closing_day=company.closing_business_day,
            moment=load_time(settings, company),
            run_id="close",
        )
