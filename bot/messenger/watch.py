"""Messenger: a new index taken into use while the bot runs."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.messenger.answering import Answering, Asks

_EVERY = 2.0  # seconds
_PAUSE, _LONGEST_PAUSE = 15.0, 900.0  # what can't be loaded has taken the memory of a second index to try
_log = structlog.get_logger(__name__)
_State = tuple[int, int, int] | None


class Watch:
    """Look at the index's manifest every couple of seconds and load the index when it changed.

    `load` loads it from the disk; while one can't be loaded the old one stays, and it is tried again, less and
    less often. The reason is reported once.
    """

    def __init__(
        self,
        manifest: Path,
        load: Callable[[], Asks],
        answering: Answering,
        *,
        every: float = _EVERY,
        pause: float = _PAUSE,
        replaced: Callable[[Asks], None] = lambda _: None,
    ) -> None:
        self._manifest = manifest
        self._load = load
        self._answering = answering
        self._every = every
        self._replaced = replaced
        self._seen = _state(manifest)
        self._is_in = True
        self._pause = self._first_pause = pause
        self._again = 0.0  # when what could not be loaded is tried again
        self._told = ""
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - whatever it is, the next look may be better
                _log.exception("index_not_watched")

    async def look(self) -> bool:
        """Take the index on the disk into use if it changed since the last look; tell whether it is in use."""
        async with self._looking:
            state = await asyncio.to_thread(_state, self._manifest)
            if state != self._seen:
                self._seen, self._pause, self._told = state, self._first_pause, ""
                self._is_in = await self._taken()
            elif not self._is_in and time.monotonic() >= self._again:
                self._is_in = await self._taken()
            return self._is_in

    async def _taken(self) -> bool:
        try:
            assistant = await asyncio.to_thread(self._load)
        except Exception as err:  # noqa: BLE001 - what is wrong with an index must not end the watch
            reason = " ".join(str(err).split())
            if reason != self._told:
                _log.error("new_index_not_used", error=reason)
            self._told = reason
            self._again = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            return False
        self._answering.replace(assistant)
        self._replaced(assistant)
        _log.info("index_replaced", generation=assistant.manifest.generation, reports=len(assistant.documents))
        return True


def _state(path: Path) -> _State:
    """Return what changes whenever a file is replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
