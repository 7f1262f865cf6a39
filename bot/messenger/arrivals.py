"""Messenger: the queue between Telegram and the handlers; what goes in is on the disk before it is confirmed.

The library confirms a batch of updates to Telegram when `put` has returned for each of them. If one fails, none of the
batch is confirmed: it is fetched again (by webhook: sent again), and what was kept already is dropped as a repeat.
"""

import asyncio
import json
from collections.abc import Callable

import structlog
from telegram import Bot, Update
from telegram.error import NetworkError

from bot.messenger.store import Store, StoreError

_log = structlog.get_logger(__name__)


class Arrivals(asyncio.Queue[object]):
    """Hold what came from Telegram until a handler takes it.

    `arrived` is told the kind of each new update.
    """

    def __init__(self, store: Store, *, arrived: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self._store = store
        self._arrived = arrived
        self._in_order = asyncio.Lock()
        self._failing = False

    @property
    def is_failing(self) -> bool:
        """Tell whether the last update could not be kept."""
        return self._failing

    async def put(self, item: object) -> None:
        """Keep an update and hand it on, unless it came before.

        Raises:
            NetworkError: if it can't be kept; the library then does not confirm it and tries again.
        """
        if isinstance(item, Update):
            async with self._in_order:
                if is_stored(item) and not await self._keep(item):
                    return
                self._arrived(kind_of(item))
                await super().put(item)
        else:  # the library's own signal to stop
            await super().put(item)

    async def replay(self, bot: Bot) -> int:
        """Hand on what was kept and not done before the last stop, in order, and return how many these are."""
        count = 0
        for update_id, raw in await asyncio.to_thread(self._store.waiting):
            try:
                update = Update.de_json(json.loads(raw), bot)
            except Exception as err:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
                _log.error("kept_update_unreadable", update=update_id, exc_info=err)
                await asyncio.to_thread(self._store.done, update_id)
                continue
            await super().put(update)
            count += 1
        return count

    async def _keep(self, update: Update) -> bool:
        chat = update.effective_chat.id if update.effective_chat else None
        try:
            new = await asyncio.to_thread(self._store.keep, update.update_id, chat, update.to_json())
        except StoreError as err:
            if not self._failing:
                _log.error("updates_cannot_be_kept", error=str(err))
            self._failing = True
            raise NetworkError(f"the update can't be kept: {err}") from err
        if self._failing:
            _log.info("updates_are_kept_again")
        self._failing = False
        return new


def is_stored(update: Update) -> bool:
    """Tell whether an update must outlive a stop; a query typed in another chat is over in seconds."""
    return update.inline_query is None


def kind_of(update: Update) -> str:
    """Return what an update brings, by the name that Telegram gives it."""
    kinds = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
    return next((kind for kind in kinds if getattr(update, kind)), "other")
