"""Messenger: updates of a chat one after the other, those of different chats at once; no bad network loses one."""

import asyncio
import time
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
from bot.messenger.attempts import Attempts, Trying
from bot.messenger.ledger import Ledger
from bot.messenger.store import ChatState, StoreError

_AT_ONCE = 100_000  # tasks, most of which wait; what is bounded is the queue of questions

_log = structlog.get_logger(__name__)
Again = Callable[[Update], Coroutine[Any, Any, None]]
Work = Callable[[], Awaitable[None]]


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

    A handler reports its errors by `failed`, since the library hands them to error handlers and goes on. `again`
    handles an update once more, `report` hands an error of work that was put aside to the error handlers, `sorry` tells
    somebody that their update is given up.
    """

    def __init__(self, ledger: Ledger, *, first_pause: float = 1.0) -> None:
        super().__init__(_AT_ONCE)
        self._ledger = ledger
        self._first_pause = first_pause
        self._locks = ChatLocks()
        self._errors: dict[int, Exception] = {}
        self._states: dict[int, tuple[int, ChatState]] = {}
        self._retried: set[int] = set()
        self._works: dict[int, Work] = {}
        self._aside: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._last_done = 0.0
        self.attempts = Attempts(ledger)
        self.again: Again | None = None
        self.report: Callable[[Update, Exception], Awaitable[object]] | None = None
        self.sorry: Again | None = None
        self.undone = 0

    async def initialize(self) -> None:
        """Do nothing: all is ready."""

    async def shutdown(self) -> None:
        """End the work that was put aside, and write what the disk did not take before."""
        for task in self._aside:
            task.cancel()
        await self.finish_aside()
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

    def moved(self, update: Update, chat: int) -> None:
        """Note that the chat of an update has a new id by now."""
        if update.update_id in self._states:
            self._states[update.update_id] = chat, self._states[update.update_id][1]

    def put_aside(self, update: Update, work: Work) -> None:
        """Go on with an update when its chat's turn is over; it is marked as done when the work is."""
        self._works[update.update_id] = work

    async def finish_aside(self) -> None:
        """Wait for the work that was put aside."""
        await asyncio.gather(*self._aside, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when it is its turn."""
        if not isinstance(update, Update) or not is_stored(update):
            await coroutine
            return
        self.undone += 1
        try:
            async with self._locks.holding(_place(update)):
                await self._in_turn(update, coroutine)
        finally:
            self.undone -= 1
            self._forget(update)
        if work := self._works.pop(update.update_id, None):
            task = asyncio.create_task(self._work(update, work), name="aside")
            self._aside.add(task)
            task.add_done_callback(self._aside.discard)

    async def _in_turn(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if self._stopping.is_set():
            _close(coroutine)
        elif self.attempts.is_hopeless(update.update_id):
            _close(coroutine)
            await self._give_up(update)
        else:
            async with self.attempts.beginning(update.update_id):
                await coroutine
            await self._until_done(update, self._handle_again)

    async def _handle_again(self, update: Update) -> None:
        if self.again:
            await self.again(update)

    async def _work(self, update: Update, work: Work) -> None:
        async def attempt(_: Update) -> None:
            try:
                await work()
            except Exception as err:  # noqa: BLE001 - the error handlers tell one from the other
                self.failed(update, err)
                if self.report:
                    await self.report(update, err)

        self.undone += 1
        try:
            await attempt(update)
            await self._until_done(update, attempt)
        finally:
            self.undone -= 1
            self._forget(update)

    async def _until_done(self, update: Update, again: Callable[[Update], Awaitable[None]]) -> None:
        """See to it that what was begun is done, and marked so."""
        trying = Trying(self._first_pause)
        while update.update_id not in self._works:
            error = self._errors.pop(update.update_id, None)
            if isinstance(error, Stopping):
                await self.attempts.left(update.update_id)
                return
            if error is None or not is_passing(error):
                await self._done(update)
                return
            if trying.is_over(self._last_done):
                await self._give_up(update)
                return
            pause = trying.pause(asked_pause(error))
            _log.warning("reply_not_accepted", update=update.update_id, error=str(error), again_in=pause)
            await self._pause(pause)
            if self._stopping.is_set():
                await self.attempts.left(update.update_id)
                return
            self._retried.add(update.update_id)
            await again(update)

    async def _done(self, update: Update) -> None:
        self._last_done = time.monotonic()
        await self._ledger.done(update.update_id, self._states.get(update.update_id))

    async def _give_up(self, update: Update) -> None:
        _log.error("update_given_up", update=update.update_id)
        await self._ledger.done(update.update_id)
        if self.sorry:
            await self.sorry(update)

    def _forget(self, update: Update) -> None:
        self._errors.pop(update.update_id, None)
        self._states.pop(update.update_id, None)
        self._retried.discard(update.update_id)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def is_passing(error: Exception) -> bool:
    """Tell whether an error is one that time mends: the network, Telegram's own trouble, or a full disk.

    An answer of Telegram's that is no JSON is of no class of its own.
    """
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, (NetworkError, RetryAfter, StoreError)) or type(error) is TelegramError


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


def _close(coroutine: Awaitable[Any]) -> None:
    if asyncio.iscoroutine(coroutine):
        coroutine.close()
