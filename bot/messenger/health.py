"""Messenger: whether the bot does what it is there for."""

import time
from collections.abc import Mapping
from typing import Any

from telegram.request import HTTPXRequest

_LATEST = 90.0  # seconds; Telegram answers within ten, and the library waits 30 at most after an error


class Fetching(HTTPXRequest):
    """Fetch updates, and note when that last worked."""

    def __init__(self) -> None:
        super().__init__(connection_pool_size=1, connect_timeout=10, read_timeout=10, write_timeout=10, pool_timeout=10)
        self._last = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Tell whether no updates could be fetched for some time."""
        return time.monotonic() - self._last > _LATEST

    def begin(self) -> None:
        """Note that fetching begins."""
        self._last = time.monotonic()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - handed on as they are
        """Send a request."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == 200 and payload.startswith(b"{"):
            self._last = time.monotonic()
        return code, payload


def told(wrong: Mapping[str, bool], **values: object) -> dict[str, Any]:
    """Return what `/health` shows: whether all is well, what is not, and the values given.

    >>> told({"updates are not fetched": True, "answering has ended": False}, waiting=3)
    {'healthy': False, 'wrong': ['updates are not fetched'], 'waiting': 3}
    """
    found = [name for name, is_so in wrong.items() if is_so]
    return {"healthy": not found, "wrong": found, **values}
