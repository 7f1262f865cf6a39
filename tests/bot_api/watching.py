"""What a test can see of the bot, and wait for."""

import asyncio
import copy
import time
from collections.abc import Callable
from typing import Any

from .state import Call, Message
from .thread import ServerThread

SEEN = {
    "sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery",
    "answerInlineQuery",
}  # fmt: skip


class Watching(ServerThread):
    """Tells what the bot did."""

    @property
    def calls(self) -> list[Call]:
        """Give all calls but getUpdates, refused ones too."""
        return list(self._state.calls)

    @property
    def polls(self) -> list[Call]:
        """Give the last calls of getUpdates that ended."""
        return list(self._state.polls)

    @property
    def sent(self) -> list[Call]:
        """Give the calls that took effect where a person sees it: messages, edits, deletions, answers to queries."""
        return [call for call in self.calls if call.ok and call.method in SEEN]

    @property
    def violations(self) -> list[str]:
        """Give everything that broke a rule, also where the real API would keep silent."""
        return list(self._state.violations)

    @property
    def unanswered(self) -> list[str]:
        """Give the ids of callback and inline queries that wait for an answer."""
        return self._do(lambda: [query.id for query in self._state.queries.values() if not query.answered])

    @property
    def pending(self) -> list[dict[str, Any]]:
        """Give the updates that the bot has not confirmed."""
        return self._do(lambda: self._state.updates.pending)

    def update(self, update_id: int) -> dict[str, Any]:
        """Give an update as it was delivered."""
        return self._do(lambda: copy.deepcopy(self._state.updates.history[update_id]))

    def deliveries(self, update_id: int) -> int:
        """Tell how often an update was handed out."""
        return self._do(lambda: self._state.updates.delivered.get(update_id, 0))

    def message_id(self, update_id: int) -> int:
        """Give the id of the message that an update carried."""
        update = self.update(update_id)
        body = next(value for name, value in update.items() if name != "update_id")
        return int(body.get("message", body)["message_id"])

    def messages(self, chat_id: int, *, bot_only: bool = False) -> list[Message]:
        """Give the messages of a chat as they stand now, edits and deletions applied."""

        def read() -> list[Message]:
            chat = self._state.chats.get(chat_id)
            found = copy.deepcopy(list(chat.messages.values())) if chat else []
            return [message for message in found if not bot_only or message["from"]["id"] == self._state.bot["id"]]

        return self._do(read)

    def wait_for(
        self, wanted: int | Callable[[Call], bool], timeout: float = 10.0, method: str | None = None
    ) -> list[Call]:
        """Wait for that many calls that took effect, or one (of any outcome) that fits; give them.

        A number counts `sent`, or the calls of `method` that took effect. AssertionError when the time is over.
        """
        deadline = time.monotonic() + timeout
        found: list[Call] = []
        looked_at = 0
        with self._state.changed:
            while True:
                found += [call for call in self._state.calls[looked_at:] if _fits(call, wanted, method)]
                looked_at = len(self._state.calls)
                if len(found) >= (wanted if isinstance(wanted, int) else 1):
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    last = [(call.method, call.text or call.error) for call in self._state.calls[-5:]]
                    raise AssertionError(f"waited {timeout} s, found {len(found)}; last calls: {last}")
                self._state.changed.wait(left)

    async def wait_for_async(
        self, wanted: int | Callable[[Call], bool], timeout: float = 10.0, method: str | None = None
    ) -> list[Call]:
        """Do the same in an event loop."""
        return await asyncio.to_thread(self.wait_for, wanted, timeout, method)


def _fits(call: Call, wanted: int | Callable[[Call], bool], method: str | None) -> bool:
    if method is not None and call.method != method:
        return False
    if callable(wanted):
        return wanted(call)
    return call.ok and (method is not None or call.method in SEEN)
