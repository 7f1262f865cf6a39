"""Messenger: updates of a chat one after the other, those of different chats at once; no bad network loses one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.errors import Stopping
from bot.messenger.arrivals import is_stored
from bot.messenger.ledger import Ledger
from bot.messenger.store import ChatState

_AT_ONCE = 100_000  # tasks, most of which wait; what is bounded is the queue of questions
_LONGEST_PAUSE = 300.0

_log = structlog.get_logger(__name__)
Again = Callable[[Update], Coroutine[Any, Any, None]]


class ChatLocks:
    """Let one task at a time into a chat, in the order in which they came; chats where nobody waits cost nothing."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[asyncio.Future[None]]] = {}

    def __len__(self) -> int:
        return len(self._queues)

    @asynccontextmanager
    async def holding(self, chat: int) -> AsyncIterator[None]:
        """Wait for one's turn in a chat and hold it."""
        queue = self._queues.setdefault(chat, deque())
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            if queue[0] is not turn:
                await turn
            yield
        finally:
            queue.remove(turn)
            if not queue:
                self._queues.pop(chat, None)
            elif not queue[0].done():
                queue[0].set_result(None)


class Order(BaseUpdateProcessor):
    """Process updates in order within each chat, mark them as done, and try again what the network spoilt.

    A handler reports its errors by `failed`, since the library hands them to error handlers and goes on.
    """

    def __init__(self, ledger: Ledger, *, first_pause: float = 1.0) -> None:
        super().__init__(_AT_ONCE)
        self._ledger = ledger
        self._first_pause = first_pause
        self._locks = ChatLocks()
        self._errors: dict[int, Exception] = {}
        self._states: dict[int, tuple[int, ChatState]] = {}
        self._retried: set[int] = set()
        self._stopping = asyncio.Event()
        self.again: Again | None = None
        self.undone = 0

    async def initialize(self) -> None:
        """Do nothing: all is ready."""

    async def shutdown(self) -> None:
        """Write what the disk did not take before."""
        await self._ledger.write()

    def stop(self) -> None:
        """Begin nothing new and try nothing again; what is left waits in the store for the next start."""
        self._stopping.set()

    def failed(self, update: Update, error: Exception) -> None:
        """Note that an update could not be handled."""
        self._errors[update.update_id] = error

    def is_retry(self, update: Update) -> bool:
        """Tell whether an update was handled before, in vain."""
        return update.update_id in self._retried

    def remember(self, update: Update, chat: int, state: ChatState) -> None:
        """Note what shall be remembered of the chat once the update is done, in one transaction with that."""
        self._states[update.update_id] = chat, state

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when it is its turn."""
        if not isinstance(update, Update) or not is_stored(update):
            await coroutine
            return
        self.undone += 1
        try:
            async with self._locks.holding(_place(update)):
                await self._until_done(update, coroutine)
        finally:
            self.undone -= 1
            self._errors.pop(update.update_id, None)
            self._states.pop(update.update_id, None)
            self._retried.discard(update.update_id)

    async def _until_done(self, update: Update, coroutine: Awaitable[Any]) -> None:
        pause = self._first_pause
        while not self._stopping.is_set():
            self._errors.pop(update.update_id, None)
            await coroutine
            error = self._errors.get(update.update_id)
            if isinstance(error, Stopping):
                return
            if error is None or not is_passing(error) or self.again is None:
                await self._ledger.done(update.update_id, self._states.get(update.update_id))
                return
            _log.warning("reply_not_accepted", update=update.update_id, error=str(error), again_in=pause)
            await self._pause(max(pause, asked_pause(error)))
            pause = min(2 * pause, _LONGEST_PAUSE)
            self._retried.add(update.update_id)
            coroutine = self.again(update)
        if asyncio.iscoroutine(coroutine):
            coroutine.close()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def is_passing(error: Exception) -> bool:
    """Tell whether an error is one that time mends: the network, or Telegram's own trouble.

    An answer of Telegram's that is no JSON is of no class of its own.
    """
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, (NetworkError, RetryAfter)) or type(error) is TelegramError


def asked_pause(error: Exception) -> float:
    """Return the seconds that Telegram asked to wait."""
    if not isinstance(error, RetryAfter):
        return 0.0
    asked = error.retry_after
    return float(asked if isinstance(asked, int) else asked.total_seconds())


def _place(update: Update) -> int:
    """Return the chat whose order an update keeps; without a chat, the user stands for it."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0
