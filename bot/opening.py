"""Bot stage: a folder to an assistant, for programs that use citewise as a library."""

import hashlib
import re
from pathlib import Path

from bot.assistant import Assistant
from bot.wiring import Workshop
from index.errors import IndexDamaged, IndexMissing, IndexOutdated
from index.manifest import NAME, Manifest
from index.saved import changes_since

_LONGEST_NAME = 40


def open_assistant(place: Path | None, *, index: Path | None, config: Path | None) -> Assistant:
    """Return the assistant for a folder of reports, whose index is built or renewed, or for a saved index."""
    if place is None:
        return Workshop.from_settings(config=config, index=index).assistant()
    place = place.expanduser().absolute()
    if (place / NAME).is_file():
        return Workshop.from_settings(config=config, index=place).assistant()
    folder = index or _folder_for(place, Workshop.from_settings(config=config).index_folder.parent)
    workshop = Workshop.from_settings(config=config, index=folder)
    if not _is_current(workshop, place):
        workshop.build(workshop.read([place]), workshop.encoder())
    return workshop.assistant()


def _folder_for(reports: Path, data: Path) -> Path:
    """Return where the index of a folder stands: by its name for people, by its path for certain."""
    name = re.sub(r"[^\w-]+", "-", reports.name)[:_LONGEST_NAME].strip("-")
    digest = hashlib.sha256(str(reports.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return data / "folders" / f"{name}-{digest}".lstrip("-")


def _is_current(workshop: Workshop, reports: Path) -> bool:
    """Tell whether the index is of these reports as they are now, made by the encoder that the settings name."""
    try:
        manifest = Manifest.load(workshop.index_folder)
        manifest.check_files(workshop.index_folder)
    except (IndexMissing, IndexDamaged, IndexOutdated):
        return False
    if [Path(root).resolve() for root in manifest.roots] != [reports.resolve()] or changes_since(manifest):
        return False
    return manifest.fingerprint == workshop.encoder().fingerprint
