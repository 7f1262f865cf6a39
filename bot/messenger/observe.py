"""Messenger: metrics and health on a port of this machine, if asked."""

import json
from collections.abc import Callable
from typing import Any, Final

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.errors import BotError

Health = Callable[[], dict[str, Any]]

_HOST: Final = "127.0.0.1"
_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60)

_log = structlog.get_logger(__name__)


class ObserverError(BotError):
    """The port for metrics and health can't be opened."""


class Metrics:
    """What is counted, in a registry of its own; each is a prometheus_client metric, safe from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        mine: dict[str, Any] = {"registry": self.registry, "namespace": "citewise"}
        self.updates = Counter("updates", "Updates received, by kind.", ["kind"], **mine)
        self.answers = Counter("answers", "Answers given, by status.", ["status"], **mine)
        self.answer_seconds = Histogram(
            "answer_seconds", "Seconds from a question's arrival to its answer.", buckets=_SECONDS, **mine
        )
        self.waiting = Gauge("questions_waiting", "Questions that wait for an answer.", **mine)
        self.send_errors = Counter("send_errors", "Messages that Telegram did not take, by kind.", ["kind"], **mine)
        self.undone = Gauge("updates_undone", "Updates kept and not yet done.", **mine)
        self.index = Info("index", "The index that answers come from.", **mine)
        ProcessCollector(registry=self.registry)  # resident memory, processor time, open files; Linux only
        PlatformCollector(registry=self.registry)


class Observer:
    """Serve GET /metrics and GET /health on 127.0.0.1, in the running event loop; port 0 serves nothing.

    `health` returns what to show; its "healthy" decides between 200 and 503.
    """

    def __init__(self, port: int, metrics: Metrics, health: Health) -> None:
        self._port = port
        places = [
            ("/metrics", _MetricsHandler, {"metrics": metrics}),
            ("/health", _HealthHandler, {"health": health}),
        ]
        # No line a request: probes come every few seconds.
        self._server = HTTPServer(Application(places, log_function=lambda _: None))  # type: ignore[arg-type]

    async def start(self) -> None:
        """Open the port.

        Raises:
            ObserverError: if it can't be opened.
        """
        if not self._port:
            return
        try:
            self._server.listen(self._port, _HOST)
        except OSError as err:
            raise ObserverError(
                f"metrics can't be served on port {self._port} of {_HOST}: {err.strerror or err}; "
                "set 'telegram.metrics_port' to another, or to 0 for none"
            ) from err

    async def stop(self) -> None:
        """Close the port and the connections that are open."""
        self._server.stop()
        await self._server.close_all_connections()


class _MetricsHandler(RequestHandler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest(self._metrics.registry))


class _HealthHandler(RequestHandler):
    def initialize(self, health: Health) -> None:
        self._health = health

    def get(self) -> None:
        try:
            found = self._health()
            healthy, shown = bool(found.get("healthy")), json.dumps(found, ensure_ascii=False)
        except Exception:  # noqa: BLE001 - whatever it is, the probe gets its answer
            _log.exception("health can't be told")
            healthy, shown = False, '{"healthy": false}'
        self.set_status(200 if healthy else 503)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.write(shown)
