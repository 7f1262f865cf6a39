"""Updates that wait for the bot: kept until it confirms them, handed out to one reader at a time."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from .errors import ApiError

Update = dict[str, Any]
KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "managed_bot", "guest_message",
}  # fmt: skip
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """The queue of one bot."""

    def __init__(self, first_id: int = 100_001):
        self.next_id = first_id
        self.allowed: list[str] = []
        self.history: dict[int, Update] = {}
        self.delivered: dict[int, int] = {}
        self.on_change: Callable[[], None] = lambda: None
        self._pending: dict[int, Update] = {}
        self._repeats: deque[Update] = deque()
        self._waiting: asyncio.Future[None] | None = None

    @property
    def pending(self) -> list[Update]:
        """Give the updates that are not confirmed, in order."""
        return [*self._repeats, *self._pending.values()]

    def wants(self, kind: str) -> bool:
        """Say whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def put(self, update: Update) -> int | None:
        """Queue an update, numbered here unless it bears a number; None where the bot did not ask for its kind."""
        kind = next((name for name in update if name != "update_id"), "")
        if not self.wants(kind):
            return None
        update_id = int(update.get("update_id", self.next_id))
        self.next_id = max(self.next_id, update_id + 1)
        numbered = {"update_id": update_id, **update}
        self.history[update_id] = self._pending[update_id] = numbered
        self._wake()
        return update_id

    def repeat(self, update_id: int) -> None:
        """Hand an update out once more, confirmed or not."""
        self._repeats.append(self.history[update_id])
        self._wake()

    def confirm(self, offset: int) -> None:
        """Forget updates below a positive offset; with a negative one all but the last of that many."""
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                del self._pending[update_id]
            return
        for update_id in [known for known in self._pending if known < offset]:
            del self._pending[update_id]

    def remove(self, update: Update) -> None:
        """Forget one update that a webhook took."""
        if any(repeated is update for repeated in self._repeats):
            self._repeats.remove(update)
        else:
            self._pending.pop(update["update_id"], None)

    def drop_pending(self) -> None:
        """Forget all updates."""
        self._pending.clear()
        self._repeats.clear()

    def interrupt(self, reason: str | None) -> None:
        """End a waiting getUpdates: with a conflict, or (no reason) with what there is."""
        if self._waiting is not None and not self._waiting.done():
            if reason is None:
                self._waiting.set_result(None)
            else:
                self._waiting.set_exception(ApiError(reason, 409))
        self._waiting = None

    async def take(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """Serve getUpdates: confirm, then wait until there is something, at most `timeout` seconds."""
        self.interrupt(TERMINATED)
        self.confirm(offset)
        if not self.pending and timeout > 0:
            self._waiting = waiting = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(waiting, timeout)
            except TimeoutError:
                return []
            finally:
                if self._waiting is waiting:
                    self._waiting = None
        return self._handed_out(limit)

    def count(self, update: Update) -> None:
        """Count a delivery."""
        update_id = update["update_id"]
        self.delivered[update_id] = self.delivered.get(update_id, 0) + 1

    def _handed_out(self, limit: int) -> list[Update]:
        batch = self.pending[:limit]
        for update in batch:
            self.count(update)
        while self._repeats and any(update is self._repeats[0] for update in batch):
            self._repeats.popleft()
        return batch

    def _wake(self) -> None:
        self.interrupt(None)
        self.on_change()
