"""Messenger: which collections a chat may ask, and what answers from each."""

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.messenger.answering import Asks
from bot.shelf import Shelf

ALL = "*"


@dataclass(frozen=True)
class Collections:
    """Hold what the settings let chats choose; a chat that chose nothing has "", the bot's own, named `own`.

    None but those named are ever opened: a person's other collections may be private.
    """

    own: str
    allowed: Sequence[str]
    built: Callable[[], Sequence[str]]
    shelf: Shelf[Asks]

    def names(self) -> list[str]:
        """Return the names that a chat may choose, the bot's own first."""
        return [self.own, *(name for name in self.built() if name != self.own and self._lets_in(name))]

    def named(self, typed: str) -> str | None:
        """Return what is kept of a chat that typed a name, None if it may not choose it."""
        name = unicodedata.normalize("NFC", typed)
        if name not in self.names():
            return None
        return "" if name == self.own else name

    def current(self, kept: str) -> str:
        """Return the collection of a chat; the bot's own where the settings no longer let it choose the one it has."""
        return kept if kept and self._lets_in(kept) else ""

    async def take(self, name: str) -> Asks:
        """Return what answers from a collection, loading it where that was not done."""
        return await asyncio.to_thread(self.shelf.take, name)

    def _lets_in(self, name: str) -> bool:
        return ALL in self.allowed or name in self.allowed
