"""Metrics and health on a local port."""

import asyncio
import json
import socket

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import AsyncHTTPClient

from bot.errors import BotError
from bot.messenger.observe import Metrics, Observer, ObserverError


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetched(paths, metrics=None, health=lambda: {"healthy": True}, method="GET"):
    """Return the responses of an observer to requests for some paths."""

    async def each():
        observer = Observer(port := free_port(), metrics or Metrics(), health)
        await observer.start()
        try:
            client = AsyncHTTPClient(force_instance=True)
            return [
                await client.fetch(f"http://127.0.0.1:{port}{path}", method=method, raise_error=False) for path in paths
            ]
        finally:
            await observer.stop()

    return asyncio.run(each())


def samples(response):
    families = text_string_to_metric_families(response.body.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_metrics_are_what_was_counted():
    metrics = Metrics()
    metrics.updates.labels("message").inc(3)
    metrics.answers.labels("not_found").inc()
    metrics.answer_seconds.observe(0.3)
    metrics.waiting.set(4)
    metrics.send_errors.labels("RetryAfter").inc()
    metrics.undone.set(2)
    metrics.index.info({"generation": "g-1", "reports": "2"})
    (response,) = fetched(["/metrics"], metrics)
    found = samples(response)
    assert response.code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert found["citewise_updates_total", "message"] == 3
    assert found["citewise_answers_total", "not_found"] == 1
    assert found["citewise_answer_seconds_bucket", "0.25"] == 0
    assert found["citewise_answer_seconds_bucket", "0.5"] == 1
    assert found["citewise_questions_waiting",] == 4
    assert found["citewise_send_errors_total", "RetryAfter"] == 1
    assert found["citewise_updates_undone",] == 2
    assert found["citewise_index_info", "g-1", "2"] == 1
    assert found["process_resident_memory_bytes",] > 2**20


def test_each_metrics_counts_for_itself():
    first, second = Metrics(), Metrics()
    first.updates.labels("message").inc()
    assert second.registry.get_sample_value("citewise_updates_total", {"kind": "message"}) is None


@pytest.mark.parametrize(
    ("health", "code"),
    [
        ({"healthy": True, "reports": 2, "of": "浙江"}, 200),
        ({"healthy": False, "why": "polling stopped"}, 503),
        ({}, 503),
    ],
)
def test_health_is_told_with_its_code(health, code):
    (response,) = fetched(["/health"], health=lambda: health)
    assert response.code == code
    assert json.loads(response.body) == health
    assert response.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("health", [lambda: 1 / 0, lambda: {"healthy": True, "odd": object()}])
def test_health_that_fails_is_not_healthy(health):
    (response,) = fetched(["/health"], health=health)
    assert response.code == 503
    assert json.loads(response.body) == {"healthy": False}


def test_nothing_else_is_served():
    assert [one.code for one in fetched(["/", "/metrics/x", "/healthy", "/../etc/passwd"])] == [404] * 4
    assert [one.code for one in fetched(["/health"], method="DELETE")] == [405]


def test_only_this_machine_is_served():
    async def place():
        observer = Observer(port := free_port(), Metrics(), dict)
        await observer.start()
        try:
            with socket.socket() as other:
                other.bind(("127.0.0.2", port))  # would fail if the port were open on all addresses
        finally:
            await observer.stop()

    asyncio.run(place())


def test_a_port_in_use_is_one_line():
    async def start(port):
        await Observer(port, Metrics(), dict).start()

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ObserverError, match=f"port {port} of 127.0.0.1: Address already in use; set 'tele"
        ) as caught:
            asyncio.run(start(port))
    assert isinstance(caught.value, BotError)
    assert len(str(caught.value).splitlines()) == 1


def test_port_0_serves_nothing():
    async def start():
        observer = Observer(0, Metrics(), dict)
        await observer.start()
        await observer.stop()

    asyncio.run(start())


def test_the_port_is_free_again_after_stop():
    async def twice():
        port = free_port()
        for _ in range(2):
            observer = Observer(port, Metrics(), dict)
            await observer.start()
            await observer.stop()

    asyncio.run(twice())
