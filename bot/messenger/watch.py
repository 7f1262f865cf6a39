"""Messenger: a new index taken into use while the bot runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.errors import BotError
from bot.messenger.answering import Answering, Asks
from corpus.errors import CorpusError
from index.errors import IndexStageError

_EVERY = 2.0  # seconds
_log = structlog.get_logger(__name__)
_State = tuple[int, int, int] | None


class Watch:
    """Look at the index's manifest every couple of seconds and load the index when it changed.

    `load` loads it from the disk; one that can't be loaded is reported once, and the old one stays.
    """

    def __init__(
        self,
        manifest: Path,
        load: Callable[[], Asks],
        answering: Answering,
        *,
        every: float = _EVERY,
        replaced: Callable[[Asks], None] = lambda _: None,
    ) -> None:
        self._manifest = manifest
        self._load = load
        self._answering = answering
        self._every = every
        self._replaced = replaced
        self._seen = _state(manifest)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> None:
        """Take the index on the disk into use if it changed since the last look."""
        state = await asyncio.to_thread(_state, self._manifest)
        if state == self._seen:
            return
        self._seen = state
        try:
            assistant = await asyncio.to_thread(self._load)
        except (BotError, CorpusError, IndexStageError, OSError) as err:
            _log.error("new_index_not_used", error=" ".join(str(err).split()))
            return
        self._answering.replace(assistant)
        self._replaced(assistant)
        _log.info("index_replaced", generation=assistant.manifest.generation, reports=len(assistant.documents))


def _state(path: Path) -> _State:
    """Return what changes whenever a file is replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
