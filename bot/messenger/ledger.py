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
        self._failing = False

    async def chat(self, chat_id: int) -> ChatState:
        """Return what is remembered of a chat."""
        if chat_id in self._states:
            return self._states[chat_id]
        return await asyncio.to_thread(self.store.chat, chat_id)

    async def save_chat(self, chat_id: int, state: ChatState) -> None:
        """Remember a chat's state."""
        self._states[chat_id] = state
        if await self._wrote(lambda: self.store.save_chat(chat_id, state)):
            self._states.pop(chat_id, None)

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

    async def step(self, update_id: int) -> None:
        """Note that one more message of the reply to an update was accepted."""
        count = self._steps[update_id] = await self.steps(update_id) + 1
        await self._wrote(lambda: self.store.step(update_id, count))

    async def done(self, update_id: int, chat_state: tuple[int, ChatState] | None = None) -> None:
        """Mark an update as done and remember the chat's state."""
        self._steps.pop(update_id, None)
        self._unwritten[update_id] = chat_state
        if chat_state:
            self._states[chat_state[0]] = chat_state[1]
        await self.write()

    async def write(self) -> None:
        """Write what could not be written before, in order."""
        for update_id, chat_state in list(self._unwritten.items()):
            if not await self._wrote(lambda: self.store.done(update_id, chat_state)):  # noqa: B023 - run at once
                return
            self._unwritten.pop(update_id, None)
            if chat_state and not self._waits(chat_state[0]):
                self._states.pop(chat_state[0], None)

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
