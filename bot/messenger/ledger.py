"""Messenger: what is done, written as soon as the disk lets it; a reply never waits for the disk."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bot.messenger.store import ChatState, Store, StoreError

_log = structlog.get_logger(__name__)


class Ledger:
    """Stand before the store where answers are concerned: what can't be written now is kept in memory and tried again.

    Only one task at a time may deal with a chat.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._unwritten: dict[int, tuple[int, ChatState] | None] = {}
        self._states: dict[int, ChatState] = {}
        self._steps: dict[int, int] = {}
        self._replies: dict[int, int] = {}
        self._writing = asyncio.Lock()
        self._failing = False

    async def chat(self, chat_id: int) -> ChatState:
        """Return what is remembered of a chat; nothing where it can't be read, since an answer matters more."""
        if chat_id in self._states:
            return self._states[chat_id]
        try:
            return await asyncio.to_thread(self.store.chat, chat_id)
        except StoreError as err:
            _log.error("chat_cannot_be_read", error=str(err))
            return ChatState()

    async def save_answer(self, chat_id: int, question: str, history: Sequence[str], record: dict[str, Any]) -> str:
        """Save an answer for its buttons; the key of one that can't be saved leads nowhere."""
        made: list[str] = []
        await self._wrote(lambda: made.append(self.store.save_answer(chat_id, question, history, record)))
        return made[0] if made else secrets.token_urlsafe(9)

    async def sent(self, chat_id: int, message_id: int, reply_id: int, key: str) -> None:
        """Note which message answered which."""
        await self._wrote(lambda: self.store.sent(chat_id, message_id, reply_id, key))

    async def steps(self, update_id: int) -> int:
        """Return how many messages of the reply to an update were accepted."""
        if update_id not in self._steps:
            self._steps[update_id] = await asyncio.to_thread(self.store.steps, update_id)
        return self._steps[update_id]

    async def step(self, update_id: int, reply_id: int) -> None:
        """Note that one more message of the reply to an update was accepted, and which."""
        count = self._steps[update_id] = await self.steps(update_id) + 1
        self._replies[update_id] = reply_id
        await self._wrote(lambda: self.store.step(update_id, count, reply_id))

    async def last_reply(self, update_id: int) -> int | None:
        """Return the last message of the reply to an update that was accepted."""
        if update_id in self._replies:
            return self._replies[update_id]
        return await asyncio.to_thread(self.store.last_reply, update_id)

    async def attempt(self, update_id: int, attempts: int) -> None:
        """Note how often an update was begun anew after a start."""
        await self._wrote(lambda: self.store.attempt(update_id, attempts))

    async def done(self, update_id: int, chat_state: tuple[int, ChatState] | None = None) -> None:
        """Mark an update as done and remember the chat's state."""
        self._steps.pop(update_id, None)
        self._replies.pop(update_id, None)
        if chat_state:
            self._supersede(chat_state[0])
            self._states[chat_state[0]] = chat_state[1]
        self._unwritten[update_id] = chat_state
        await self._write(update_id)

    async def write(self) -> None:
        """Write what could not be written before."""
        for update_id in list(self._unwritten):
            if not await self._write(update_id):
                return

    async def _write(self, update_id: int) -> bool:
        """Write that an update is done, unless another task did meanwhile; False if the disk does not take it."""
        async with self._writing:  # so that no older state of a chat comes after a newer one
            if update_id not in self._unwritten:
                return True
            chat_state = self._unwritten[update_id]
            if not await self._wrote(lambda: self.store.done(update_id, chat_state)):
                return False
            del self._unwritten[update_id]
            if chat_state and not self._waits(chat_state[0]):
                self._states.pop(chat_state[0], None)
            return True

    def _supersede(self, chat_id: int) -> None:
        """Drop the states of a chat that wait to be written: a newer one comes."""
        for update_id, state in self._unwritten.items():
            if state and state[0] == chat_id:
                self._unwritten[update_id] = None

    def _waits(self, chat_id: int) -> bool:
        return any(state and state[0] == chat_id for state in self._unwritten.values())

    async def _wrote(self, write: Callable[[], None]) -> bool:
        try:
            await asyncio.to_thread(write)
        except StoreError as err:
            if not self._failing:
                _log.error("results_cannot_be_written", error=str(err))
            self._failing = True
            return False
        if self._failing:
            _log.info("results_are_written_again")
        self._failing = False
        return True
