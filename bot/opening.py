"""Bot stage: a folder to an assistant, for programs that use citewise as a library."""

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from bot.assistant import Assistant
from bot.indexing import is_current, of_folders, refresh
from bot.wiring import Workshop
from index.errors import IndexDamaged, IndexOutdated
from index.generations import looks_like_index

_LONGEST_NAME = 40


def open_assistant(place: Path | None, *, index: Path | None, config: Path | None) -> Assistant:
    """Return the assistant for a folder of reports, whose index is built or renewed, or for a saved index."""
    if place is None:
        return Workshop.from_settings(config=config, index=index).assistant()
    place = place.expanduser().absolute()
    if looks_like_index(place):
        return Workshop.from_settings(config=config, index=place).assistant()
    folder = index or _folder_for(place, Workshop.from_settings(config=config).data_folder)
    workshop = Workshop.from_settings(config=config, index=folder)
    choose = of_folders([place])
    if is_current(workshop, choose):
        with suppress(IndexDamaged, IndexOutdated):  # built anew, as its vectors may be with another server
            return workshop.assistant()
    refresh(workshop, choose, retry=False)
    return workshop.assistant()


def _folder_for(reports: Path, data: Path) -> Path:
    """Return where the index of a folder stands: by its name for people, by its path for certain."""
    name = re.sub(r"[^\w-]+", "-", reports.name)[:_LONGEST_NAME].strip("-")
    digest = hashlib.sha256(str(reports.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return data / "folders" / f"{name}-{digest}".lstrip("-")
