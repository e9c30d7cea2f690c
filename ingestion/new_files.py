"""Files that lie in the folders of the sources and were not read yet, or changed since they were."""

from ingestion.readers.folder import FolderReader
from ingestion.sources import load_sources
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings


def waiting_files(settings: Settings, company: Company) -> dict[str, str]:
    """`system/entity/name` -> size and time of change. A folder that is not there has no files."""
    manifest = read_manifest(settings)
    waiting = {}
    for source in load_sources(settings, company):
        if not source.is_folder:
            continue
        reader = FolderReader(source)
        try:
            reader.open()
        except CmwError:
            continue  # a run says what is wrong with it
        for mapping in source.mappings:
            entity = mapping.entity.entity
            state = manifest.state_of(source.source_system, entity)
            known = state.files if state else {}
            for name, stamp in reader.present(mapping).items():
                before = known.get(name, {})
                if any(before.get(key) != value for key, value in stamp.items()):
                    told = f"{stamp['size']} bytes, changed {stamp['modified_ns']}"
                    waiting[f"{source.source_system}/{entity}/{name}"] = told
    return waiting
