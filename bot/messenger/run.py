"""Messenger: the bot from its start to its stop."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from bot.answer import Answer
from bot.errors import MessengerError
from bot.messenger.access import Access
from bot.messenger.answering import Answering, Asks
from bot.messenger.arrivals import Arrivals
from bot.messenger.collections import Collections
from bot.messenger.connection import App, Polling, application, patiently, require_free
from bot.messenger.desk import Desk, IndexBuild
from bot.messenger.handlers import ALLOWED_UPDATES, add_handlers
from bot.messenger.health import Fetching, told
from bot.messenger.ledger import Ledger
from bot.messenger.observe import Metrics, Observer
from bot.messenger.order import Order
from bot.messenger.profile import introduce
from bot.messenger.store import Store, StoreError
from bot.messenger.watch import Watch
from bot.messenger.webhook import webhook_path, webhook_secret
from corpus.document import Language
from corpus.formats.extractor import Limits

_LET_FINISH = 60.0  # seconds that replies on their way are given at a stop
_WRITE_EVERY = 5.0
_PRUNE_EVERY = 3600.0
_POLL_PAUSE = 0.1  # so that what can't be read does not come a thousand times a second
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Plan:
    """Hold what the bot is started with, as settings and environment say."""

    token: SecretStr
    store: Path
    manifest: Path
    load: Callable[[], Asks]
    build: Sequence[str]
    build_options: Sequence[str]
    uploads: Path
    max_bytes: int
    tell: Callable[[str], None]
    allow: Sequence[int] = ()
    admins: Sequence[int] = ()
    questions_per_minute: int = 20
    waiting: int = 2000
    api_url: str = ""
    webhook_url: str = ""
    webhook_listen: str = "127.0.0.1:8443"
    webhook_secret: str = ""
    metrics_port: int = 0
    collections: Collections | None = None
    language: Language | None = None
    limits: Limits = field(default_factory=Limits)


class Bot:
    """Run until it is told to stop, or something happens that no patience mends."""

    def __init__(self, plan: Plan, store: Store, assistant: Asks) -> None:
        self._plan = plan
        self._store = store
        self._metrics = metrics = Metrics()
        self._stopping = asyncio.Event()
        self._fatal: MessengerError | None = None
        self._began = time.time()
        ledger = Ledger(store)
        self._fetching = Fetching()
        self._tasks: list[asyncio.Task[None]] = []
        self._arrivals = Arrivals(store, arrived=lambda kind: metrics.updates.labels(kind).inc())
        self._order = Order(ledger)
        shelf = plan.collections.shelf if plan.collections else None
        answering = Answering(assistant, waiting=plan.waiting, answered=self._answered, shelf=shelf)
        self._desk = Desk(
            access=Access(allow=plan.allow, admins=plan.admins, questions_per_minute=plan.questions_per_minute),
            answering=answering,
            ledger=ledger,
            order=self._order,
            metrics=metrics,
            watch=Watch(plan.manifest, plan.load, answering, replaced=self._name_index),
            build=IndexBuild(plan.build, plan.build_options, plan.uploads, plan.max_bytes, plan.limits),
            stopping=self._stopping,
            collections=plan.collections,
            language=plan.language,
        )
        self._app: App = application(plan.token, plan.api_url, self._arrivals, self._order, self._fetching)
        self._order.again = self._app.process_update
        self._order.report = self._app.process_error
        add_handlers(self._app, self._desk)
        metrics.waiting.set_function(lambda: answering.ahead)
        metrics.undone.set_function(lambda: self._order.undone)
        self._name_index(assistant)

    async def run(self) -> None:
        """Run; return when a signal said to stop.

        Raises:
            MessengerError: if Telegram refuses the bot, or another instance runs.
            TelegramUnreachable: if Telegram could not be reached at the start.
        """
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(one, self._stopping.set)
        observer = Observer(self._plan.metrics_port, self._metrics, self._health)
        await observer.start()
        try:
            async with self._background():
                if await self._connected():
                    await self._serve()
        finally:
            await observer.stop()
            with suppress(RuntimeError):
                await self._app.shutdown()
        if self._fatal:
            raise self._fatal

    async def _connected(self) -> bool:
        """Say hello to Telegram; False if the bot was stopped before it answered."""
        tell, stopping = self._plan.tell, self._stopping
        await patiently(self._app.initialize, tell, stopping)
        if stopping.is_set():
            return False
        await introduce(self._app.bot)
        return True

    async def _serve(self) -> None:
        updater, answering = self._app.updater, self._desk.answering
        if updater is None:
            raise MessengerError("the library gave no updater")
        answering.start()
        self._order.attempts.load(await asyncio.to_thread(self._store.attempts))
        replayed = await self._arrivals.replay(self._app.bot)
        await self._app.start()
        try:
            await patiently(self._receive, self._plan.tell, self._stopping)
            _log.info("started", replayed=replayed, webhook=bool(self._plan.webhook_url))
            await self._stopping.wait()
        finally:
            _log.info("stopping", undone=self._order.undone)
            if updater.running:
                await updater.stop()
            self._order.stop()
            await answering.stop()
            try:
                await asyncio.wait_for(self._finished(), _LET_FINISH)
            except TimeoutError:
                _log.warning("replies_left_for_the_next_start", undone=self._order.undone)
            _log.info("stopped")

    async def _finished(self) -> None:
        await self._app.stop()
        await self._order.finish_aside()

    async def _receive(self) -> None:
        """Begin to receive updates."""
        plan, updater = self._plan, self._app.updater
        if updater is None or updater.running:
            return
        if not plan.webhook_url:
            polling = Polling(self._end)
            self._fetching.begin()
            await updater.start_polling(_POLL_PAUSE, allowed_updates=ALLOWED_UPDATES, error_callback=polling.failed)
            polling.watch()
            return
        host, _, port = plan.webhook_listen.rpartition(":")
        require_free(host.strip("[]"), int(port))
        await updater.start_webhook(
            listen=host.strip("[]"),
            port=int(port),
            url_path=webhook_path(plan.webhook_url),
            webhook_url=plan.webhook_url,
            allowed_updates=ALLOWED_UPDATES,
            secret_token=webhook_secret(plan.webhook_secret),
        )

    def _end(self, error: MessengerError) -> None:
        self._fatal = self._fatal or error
        self._stopping.set()

    @asynccontextmanager
    async def _background(self) -> AsyncIterator[None]:
        self._tasks += [asyncio.create_task(self._desk.watch.run()), asyncio.create_task(self._keep_house())]
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._desk.ledger.write()

    async def _keep_house(self) -> None:
        """Write what the disk did not take, and remove what is old."""
        pruned = 0.0
        while True:
            try:
                await self._desk.ledger.write()
                if time.monotonic() - pruned > _PRUNE_EVERY or not pruned:
                    pruned = time.monotonic()
                    with suppress(StoreError):
                        await asyncio.to_thread(self._store.prune, time.time())
            except Exception:  # noqa: BLE001 - whatever it is, the house must be kept further on
                _log.exception("house_not_kept")
            await asyncio.sleep(_WRITE_EVERY)

    def _answered(self, answer: Answer, seconds: float) -> None:
        self._metrics.answers.labels(answer.status).inc()
        self._metrics.answer_seconds.observe(seconds)

    def _name_index(self, assistant: Asks) -> None:
        self._metrics.index.info(
            {"generation": assistant.manifest.generation, "reports": str(len(assistant.documents))}
        )

    def _health(self) -> dict[str, Any]:
        answering, updater = self._desk.answering, self._app.updater
        wrong = {
            "updates are not received": not (updater and updater.running),
            "updates can't be fetched": not self._plan.webhook_url and self._fetching.is_stuck,
            "updates can't be kept": self._arrivals.is_failing,
            "answering has ended": not answering.is_working,
            "a task has ended": any(task.done() for task in self._tasks),
            "the bot is being stopped": self._stopping.is_set(),
        }
        return told(
            wrong,
            index=answering.assistant.manifest.generation,
            reports=len(answering.assistant.documents),
            waiting=answering.ahead,
            undone=self._order.undone,
            up_seconds=round(time.time() - self._began),
        )
