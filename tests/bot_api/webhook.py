"""Delivery of updates to a URL: in order within a chat, again until it is taken."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any

import aiohttp

from .updates import Update, UpdateQueue


class Webhook:
    """One webhook; updates of different chats go out at once, up to `max_connections`."""

    def __init__(
        self,
        updates: UpdateQueue,
        url: str,
        secret: str,
        max_connections: int,
        retry_seconds: float,
        certificate: str | None,
    ):
        self.updates = updates
        self.url = url
        self.secret = secret
        self.max_connections = max_connections
        self.retry_seconds = retry_seconds
        self.certificate = certificate
        self.last_error = ""
        self.attempts = 0
        self._busy: dict[object, asyncio.Task[None]] = {}
        self._more = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin delivery in the running loop."""
        self.updates.on_change = self._more.set
        self._more.set()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End delivery at once."""
        self.updates.on_change = lambda: None
        tasks = [task for task in [self._task, *self._busy.values()] if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _run(self) -> None:
        context = ssl.create_default_context(cadata=self.certificate) if self.certificate else None
        connector = aiohttp.TCPConnector(ssl=context if context else True)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60))
        while True:
            await self._more.wait()
            self._more.clear()
            for update in self.updates.pending:
                if len(self._busy) >= self.max_connections:
                    break
                key = _chat_of(update)
                if key not in self._busy:
                    self._busy[key] = asyncio.create_task(self._deliver(update, key))

    async def _deliver(self, update: Update, key: object) -> None:
        pause = self.retry_seconds
        try:
            while (asked := await self._posted(update)) is not None:
                await asyncio.sleep(asked or pause)
                pause = min(pause * 2, 50 * self.retry_seconds)
            self.updates.remove(update)
        finally:
            self._busy.pop(key, None)
            self._more.set()

    async def _posted(self, update: Update) -> float | None:
        """Post once; give None when it was taken, else the pause that the receiver asked for, or 0."""
        assert self._session is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        self.attempts += 1
        self.updates.count(update)
        try:
            async with self._session.post(self.url, json=update, headers=headers, allow_redirects=False) as reply:
                with suppress(aiohttp.ClientError):
                    await reply.read()
                if 200 <= reply.status < 300:
                    return None
                self.last_error = f"Wrong response from the webhook: {reply.status} {reply.reason}"
                return float(reply.headers.get("Retry-After", "0"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        return 0.0


def _chat_of(update: Update) -> object:
    """Give the chat or user whose updates must stay in order."""
    body: dict[str, Any] = next((value for name, value in update.items() if name != "update_id"), {})
    holder = body.get("message", body)
    return holder.get("chat", holder.get("from", {})).get("id", update["update_id"])
