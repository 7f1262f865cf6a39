"""Telegram's limits of how fast a bot may write."""

import time
from collections import defaultdict, deque

from .errors import too_many_requests


class FloodLimits:
    """Counts messages in moving windows: all chats together, and each group; off until `on` is set."""

    def __init__(self, per_second: int = 30, group_per_minute: int = 20):
        self.on = False
        self.per_second = per_second
        self.group_per_minute = group_per_minute
        self._all: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)

    def take(self, chat_id: int, chat_type: str) -> None:
        """Count a message; raise ApiError with retry_after when it is one too many."""
        if not self.on:
            return
        windows = [(self._all, self.per_second, 1.0)]
        if chat_type != "private":
            windows.append((self._groups[chat_id], self.group_per_minute, 60.0))
        now = time.monotonic()
        for times, limit, seconds in windows:
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= limit:
                raise too_many_requests(int(times[0] + seconds - now) + 1)
        for times, _, _ in windows:
            times.append(now)
