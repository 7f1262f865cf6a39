"""Bot stage: assistants for several collections, loaded when first asked, the longest idle let go."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from index.errors import IndexStageError
from index.manifest import NAME

_ROOM = 3
_State = tuple[int, int, int]
T = TypeVar("T")


class Shelf(Generic[T]):
    """Give what answers from a collection; a few are kept in memory, and one whose index was built anew is loaded anew.

    `folder` returns where a collection's index is, `load` makes what answers from it. May be called from any thread.
    """

    def __init__(self, folder: Callable[[str], Path], load: Callable[[str], T], *, room: int = _ROOM) -> None:
        self._folder = folder
        self._load = load
        self._room = room
        self._kept: OrderedDict[str, tuple[_State | None, T]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> T:
        """Return what answers from a collection.

        A new index that can't be loaded leaves the old one in use.
        """
        with self._lock:
            state = self.state(name)
            if name in self._kept and self._kept[name][0] == state:
                self._kept.move_to_end(name)
                return self._kept[name][1]
            try:
                made = self._load(name)
            except IndexStageError:
                if name not in self._kept or state is None:
                    raise
                made = self._kept[name][1]
            self._kept[name] = state, made
            self._kept.move_to_end(name)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
            return made

    def state(self, name: str) -> _State | None:
        """Return what changes whenever a build comes into force; None where there is no index."""
        try:
            found = (self._folder(name) / NAME).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
