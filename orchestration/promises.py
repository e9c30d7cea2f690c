"""What each source file promises, for those who judge whether it is kept."""

from ingestion.sources import load_sources
from warehouse.company import Company
from warehouse.freshness import Promise
from warehouse.settings import Settings


def promises_of(settings: Settings, company: Company) -> dict[str, Promise]:
    """By source system."""
    return {
        source.source_system: Promise(source.expected_every, source.owner) for source in load_sources(settings, company)
    }
