"""Messenger: when to give an update up: what ended the bot several times, or is never accepted."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.messenger.ledger import Ledger

_STARTS = 3  # after so many that did not finish an update, the next one gives it up
_TRIES = 50
_LONGEST = 86400.0  # seconds; Telegram does not keep what it could not deliver for longer either
_LONGEST_PAUSE = 300.0


class Attempts:
    """Count how often each update that a stop or a crash left over is begun anew.

    One that was left over twice is begun alone, so that the count tells which of them ends the bot.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counts: dict[int, int] = {}
        self._alone = asyncio.Lock()

    def load(self, counts: Mapping[int, int]) -> None:
        """Take over what the store says of the updates that were left over."""
        self._counts = dict(counts)

    def is_hopeless(self, update_id: int) -> bool:
        """Tell whether as many starts as may tried an update in vain."""
        return self._counts.get(update_id, 0) >= _STARTS

    @asynccontextmanager
    async def beginning(self, update_id: int) -> AsyncIterator[None]:
        """Count an attempt before it is made, if the update was left over."""
        before = self._counts.get(update_id)
        if before is None:
            yield
        elif before == 0:
            await self._count(update_id, 1)
            yield
        else:
            async with self._alone:
                await self._count(update_id, before + 1)
                yield

    async def left(self, update_id: int) -> None:
        """Take back the attempt at an update that an orderly stop leaves for the next start."""
        if self._counts.get(update_id):
            await self._count(update_id, self._counts[update_id] - 1)

    async def _count(self, update_id: int, attempts: int) -> None:
        self._counts[update_id] = attempts
        await self._ledger.attempt(update_id, attempts)


class Trying:
    """Tell how long to pause between the tries of one reply, and when there have been enough."""

    def __init__(self, first_pause: float) -> None:
        self._next = first_pause
        self._tries = 0
        self._began = time.monotonic()

    def pause(self, asked: float) -> float:
        """Return the seconds until the next try; `asked` is what Telegram asked for."""
        self._tries += 1
        pause, self._next = max(self._next, asked), min(2 * self._next, _LONGEST_PAUSE)
        return pause

    def is_over(self, last_done: float) -> bool:
        """Tell whether to give up: after a day, or many tries while others got through (at `last_done`)."""
        return time.monotonic() - self._began > _LONGEST or (self._tries >= _TRIES and last_done > self._began)
