"""Bot stage: named collections of reports, each an index of its own below the data folder."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.errors import BadCollection, UnknownCollection
from index.errors import IndexStageError
from index.manifest import NAME, Manifest

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.wiring import Workshop

DEFAULT = "default"
_FOLDER = "collections"
_LONGEST = 60
_ALLOWED = frozenset("LMN")  # letters with their marks, and digits, of any script
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_ALIKE = 60.0  # of 100, from which on one name may be meant by another


@dataclass(frozen=True, slots=True)
class Choice:
    """Offer collections to a conversation: the one it begins with, all names, and what answers from each."""

    begun: str
    names: Callable[[], Sequence[str]]
    take: Callable[[str], "Assistant"]

    @classmethod
    def of(cls, workshop: "Workshop", assistant: "Assistant") -> Self:
        """Offer the person's collections, beginning with the index that is in use."""
        from bot.shelf import Shelf

        data = workshop.data_folder
        begun = workshop.collection or (DEFAULT if workshop.own_index else str(workshop.index_folder))
        shelf = Shelf(lambda name: collection_folder(data, name), lambda name: workshop.at(name).assistant())
        return cls(begun, lambda: collection_names(data), lambda name: assistant if name == begun else shelf.take(name))


def checked_name(name: str) -> str:
    """Return a collection's name as it is stored; it can never lead out of the data folder.

    Raises:
        BadCollection: if it holds other than letters, digits, - and _, or is too long.
    """
    name = unicodedata.normalize("NFC", name)
    fits = all(c in "-_" or unicodedata.category(c)[0] in _ALLOWED for c in name)
    if not fits or is_device(name) or not 0 < len(name) <= _LONGEST or name[0] in "-_" or name.isspace():
        raise BadCollection(
            f"{name[:_LONGEST]!r} can't name a collection: expected letters, digits, - and _, at most {_LONGEST}, "
            "a letter or digit first, and no device of Windows"
        )
    return name


def is_device(name: str) -> bool:
    """Tell whether Windows takes a name for a device, whatever its case."""
    return _DEVICES.fullmatch(name) is not None


def collection_folder(data: Path, name: str) -> Path:
    """Return the folder of a collection's index; that of the default one is as it always was."""
    return data / "index" if name == DEFAULT else data / _FOLDER / checked_name(name)


def collection_names(data: Path) -> list[str]:
    """Return the collections that are built, the default one first."""
    below = data / _FOLDER
    try:
        found = sorted(path.name for path in below.iterdir() if (path / NAME).is_file() and _is_name(path.name))
    except OSError:
        found = []
    return [*([DEFAULT] if (data / "index" / NAME).is_file() else []), *found]


def report_count(data: Path, name: str) -> int | None:
    """Return how many reports a collection has, None where its index can't be read."""
    try:
        return len(Manifest.load(collection_folder(data, name)).documents)
    except IndexStageError:
        return None


def unknown_collection(data: Path, name: str) -> UnknownCollection:
    """Return the error for a collection that is not there; it names the nearest one and how to build it."""
    from rapidfuzz import process

    near = process.extractOne(name, collection_names(data), score_cutoff=_ALIKE)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    return UnknownCollection(
        f"there is no collection {name!r}{hint} `citewise index FOLDER --collection {name}` builds it"
    )


def _is_name(name: str) -> bool:
    try:
        return checked_name(name) == name
    except BadCollection:
        return False
