"""The server as tests use it."""

from .acting import Acting
from .faults import Fault, Kind
from .state import State
from .watching import Watching

TOKEN = "123456789:AAtest-token-of-the-test-server_0123"  # noqa: S105  of no bot


class BotApi(Acting, Watching):
    """A Bot API server on a free port of 127.0.0.1; a context manager.

    All methods may be called from any thread, also from a test's own event loop (they return at once), but there wait
    with `wait_for_async`, for `wait_for` would stop a bot that runs in the same loop.
    """

    def __init__(self, token: str = TOKEN, *, username: str = "citewise_test_bot", privacy: bool = True, seed: int = 0):
        super().__init__(State(token, username, seed))
        self.privacy = privacy

    def fail(
        self,
        method: str,
        times: int | None = 1,
        status: int = 500,
        retry_after: int = 1,
        *,
        kind: Kind = "status",
        acted: bool | None = None,
        share: float | None = None,
        seconds: float = 3600.0,
        description: str = "",
        chat_id: int | None = None,
    ) -> None:
        """Let the next `times` calls (None: all) of a method go wrong, or a `share` of all; "*": of all methods.

        "*" leaves getUpdates and downloads ("file") alone.

        `kind`: status (with `status`, and `retry_after` for 429), drop (connection aborted), hang (`seconds` without a
        reply), malformed or truncated (a damaged reply; the call has taken effect), html (a proxy's error page).
        `acted=True` lets the call take effect although its reply is lost: a message sent and the sender not told.
        """
        effect = kind in ("malformed", "truncated") if acted is None else acted
        fault = Fault(
            method,
            kind,
            effect,
            times if share is None else None,
            share,
            status,
            retry_after,
            seconds,
            description,
            chat_id,
        )
        self._do(lambda: self._state.faults.add(fault))

    def heal(self, method: str | None = None) -> None:
        """End the faults of a method, or all."""
        self._do(lambda: self._state.faults.clear(method))

    @property
    def privacy(self) -> bool:
        """Say whether group messages that are not for the bot are hidden from it."""
        return self._state.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        self._state.privacy = on

    @property
    def flood_limits(self) -> bool:
        """Say whether more than 30 messages a second, or 20 a minute in a group, are refused with 429."""
        return self._state.flood.on

    @flood_limits.setter
    def flood_limits(self, on: bool) -> None:
        self._state.flood.on = on

    @property
    def query_seconds(self) -> float:
        """Give how long a callback or inline query can be answered."""
        return self._state.query_seconds

    @query_seconds.setter
    def query_seconds(self, seconds: float) -> None:
        self._state.query_seconds = seconds
