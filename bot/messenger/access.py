"""Messenger: who may ask, and how often."""

from collections.abc import Iterable
from typing import Final

from throttled.asyncio import MemoryStore, RateLimiterType, Throttled, rate_limiter

_REMEMBERED: Final = 10_000  # users whose pace is known at once; who asked longest ago is forgotten first


class Access:
    """Decide who may ask, and hold each user to a pace.

    `allow` has ids of users or chats; empty lets everybody in. `admins` may always ask.
    """

    def __init__(
        self, *, allow: Iterable[int] = (), admins: Iterable[int] = (), questions_per_minute: int = 20
    ) -> None:
        self._allow = frozenset(allow)
        self._admins = frozenset(admins)
        # A token bucket that fills steadily (generic cell rate algorithm): after a burst of a whole minute's
        # questions, one more each 60 / n seconds. It counts on the monotonic clock.
        self._pace = _bucket(questions_per_minute)
        self._told = _bucket(1)

    def allowed(self, user_id: int | None, chat_id: int | None) -> bool:
        """Tell whether a user may ask in a chat; either is enough to be let in."""
        return not self._allow or user_id in self._allow or chat_id in self._allow or self.is_admin(user_id)

    def is_admin(self, user_id: int | None) -> bool:
        """Tell whether a user may do what only admins may."""
        return user_id in self._admins

    async def take(self, user_id: int) -> float:
        """Count one request of a user; return 0.0, or the seconds to wait if it is one too many (and not counted)."""
        result = await self._pace.limit(str(user_id))
        return result.state.retry_after if result.limited else 0.0

    async def may_tell(self, user_id: int, what: str) -> bool:
        """Tell whether a user may be told something that is told once a minute at most, and count it."""
        return not (await self._told.limit(f"{what}:{user_id}")).limited


def _bucket(per_minute: int) -> Throttled:
    return Throttled(
        using=RateLimiterType.GCRA.value,
        quota=rate_limiter.per_min(per_minute, burst=per_minute),
        store=MemoryStore(options={"MAX_SIZE": _REMEMBERED}),
    )
