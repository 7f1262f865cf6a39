"""Messenger: the way to Telegram: the library's application, and what can go wrong before and while it runs."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from pydantic import SecretStr
from telegram import Bot
from telegram.error import Conflict, Forbidden, InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.errors import MessengerError, TelegramUnreachable
from bot.messenger.arrivals import Arrivals
from bot.messenger.order import Order, asked_pause, is_passing

_TELEGRAM = "https://api.telegram.org"
_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds between attempts at the start
_RETRIES = 10  # of a message when Telegram says to wait
_CONNECTIONS = 512  # 200 chats at once, each with an answer and a typing sign on their way
_WITHIN = 60.0  # seconds
_NEWCOMER = 15.0  # seconds of undisturbed fetching after which a bot was there first
# So many conflicts within that time are no former connection that fades out. Who came last gives in first.
_CONFLICTS, _CONFLICTS_OF_THE_FIRST = 3, 12
_POLLING_TASK = "Updater:start_polling:polling_task"

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")
App = Application[Any, Any, Any, Any, Any, Any]


class RateLimiter(AIORateLimiter):
    """Hold the bot to Telegram's limits on messages; a typing sign is none."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 - as the library types it
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:  # noqa: ANN401
        """Send a request when it may be sent, again where Telegram says to wait."""
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


def application(token: SecretStr, api_url: str, arrivals: Arrivals, order: Order, fetching: BaseRequest) -> App:
    """Return the library's application; "" as `api_url` is Telegram's own Bot API server.

    `fetching` asks for updates.
    """
    base_url, base_file_url = _addresses(api_url)
    builder = (
        ApplicationBuilder()
        .token(token.get_secret_value())
        .base_url(base_url)
        .base_file_url(base_file_url)
        .update_queue(arrivals)
        .concurrent_updates(order)
        .rate_limiter(RateLimiter(max_retries=_RETRIES))
        .connection_pool_size(_CONNECTIONS)
        .pool_timeout(60)
        .connect_timeout(10)
        .read_timeout(20)
        .write_timeout(20)
        .get_updates_request(fetching)
    )
    return builder.build()


async def require_known(token: SecretStr, api_url: str, tell: Callable[[str], None]) -> None:
    """Check that Telegram can be reached and knows the token, before anything is loaded.

    Raises:
        MessengerError: if it does not know it.
        TelegramUnreachable: if it can't be reached.
    """
    base_url, base_file_url = _addresses(api_url)
    bot = Bot(token.get_secret_value(), base_url, base_file_url)
    try:
        await patiently(bot.initialize, tell, asyncio.Event())
    finally:
        await bot.shutdown()


def _addresses(api_url: str) -> tuple[str, str]:
    """Return where the Bot API and its files are."""
    root = api_url.rstrip("/") or _TELEGRAM
    return f"{root}/bot", f"{root}/file/bot"


async def patiently(
    action: Callable[[], Awaitable[_T]], tell: Callable[[str], None], stopping: asyncio.Event
) -> _T | None:
    """Do what needs Telegram, a few times if it can't be reached; None when the bot is stopped meanwhile.

    `tell` is told of each failure in one line.

    Raises:
        MessengerError: if Telegram refuses the token or the request.
        TelegramUnreachable: if it could not be reached at all.
    """
    for pause in (*_PAUSES, None):
        try:
            return await action()
        except InvalidToken:  # its text has the token
            raise MessengerError(
                "Telegram does not know this token; copy it anew from @BotFather (and check telegram.api_url if set)"
            ) from None
        except (Conflict, Forbidden) as err:
            raise MessengerError(f"Telegram refuses the bot: {err}") from None
        except TelegramError as err:
            if not is_passing(err):
                raise MessengerError(f"Telegram refuses what the bot asks at its start: {err}") from None
            reason = str(err) or type(err).__name__
            if pause is None:
                raise TelegramUnreachable(f"Telegram can't be reached: {reason}; is this computer online?") from None
            wait = max(pause, asked_pause(err))
            tell(f"Telegram can't be reached ({reason}); trying again in {wait:.0f} s")
        if await _stopped_within(stopping, wait):
            return None
    return None


async def _stopped_within(stopping: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True


class Polling:
    """Watch over the library's polling, which goes on by itself after most errors, for those that must end the bot."""

    def __init__(self, end: Callable[[MessengerError], None]) -> None:
        self._end = end
        self._began = time.monotonic()
        self._is_newcomer: bool | None = None  # known at the first conflict
        self._conflicts: deque[float] = deque(maxlen=_CONFLICTS_OF_THE_FIRST)

    def failed(self, error: TelegramError) -> None:
        """Take note of an error of one attempt to fetch updates."""
        if not isinstance(error, Conflict):
            _log.warning("updates_not_fetched", error=str(error))
            return
        now = time.monotonic()
        self._conflicts.append(now)
        _log.warning("another_bot_fetches_updates")
        if self._is_newcomer is None:
            self._is_newcomer = now - self._began < _NEWCOMER
        recent = sum(now - one < _WITHIN for one in self._conflicts)
        if recent >= (_CONFLICTS if self._is_newcomer else _CONFLICTS_OF_THE_FIRST):
            self._end(MessengerError(
                "another instance of this bot is running somewhere: only one may fetch the updates of a token"
            ))  # fmt: skip

    def watch(self) -> None:
        """See to it that the bot ends when polling does: the library gives up, silently, when the token is revoked."""
        task = next((task for task in asyncio.all_tasks() if task.get_name() == _POLLING_TASK), None)
        if task:
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            self._end(MessengerError("Telegram does not accept the token any longer"))


def require_free(host: str, port: int) -> None:
    """Check that a port can be listened on.

    Raises:
        MessengerError: if it can't.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with socket.socket(found[0][0], socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(found[0][4])
    except (OSError, OverflowError) as err:
        reason = getattr(err, "strerror", None) or err
        raise MessengerError(
            f"can't listen on {host}:{port}: {reason}; set telegram.webhook_listen to a free address"
        ) from err
