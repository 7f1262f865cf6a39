"""The server's life: a thread with an event loop of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from .gateway import Gateway
from .state import State

T = TypeVar("T")


class ServerThread:
    """A server on a free port of 127.0.0.1; a context manager."""

    def __init__(self, state: State):
        self.token = state.token
        self.port = 0
        self._state = state
        self._gateway = Gateway(state)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bot-api", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop serving and end the thread; safe to call twice."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """Give the root, as http://127.0.0.1:8081."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Give what telegram.Bot takes as base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """Give what telegram.Bot takes as base_file_url."""
        return f"{self.url}/file/bot"

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Be unreachable: the port is closed and every connection ended, until the block ends."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def _do(self, act: Callable[[], T]) -> T:
        """Run in the server's loop and give the result."""

        async def run() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    async def _start(self) -> None:
        self._gateway.begin()
        self._runner = web.AppRunner(
            self._gateway.application(), access_log=None, shutdown_timeout=0.2, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._gateway.end()
        await self._runner.cleanup()
