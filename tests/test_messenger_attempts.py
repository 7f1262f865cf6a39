"""An update that ends the bot each time is given up, and only that one; so is one that is never accepted."""

import asyncio

import pytest
from telegram.error import NetworkError

from bot.errors import Stopping
from bot.messenger import attempts
from bot.messenger.attempts import Trying
from bot.messenger.ledger import Ledger
from bot.messenger.order import Order
from messenger_desk import plain_update


class PowerCut(BaseException):
    """End a task as nothing that is handled does."""


def update(number):
    return plain_update(number, chat=number)


@pytest.fixture
def store(store):
    for number in (1, 2, 3):
        store.keep(number, number, update(number).to_json())
    return store


class Powered(Ledger):
    """Write nothing more once the power is cut, as a process that ended."""

    cut = False

    async def attempt(self, update_id, attempts):
        if self.cut:
            raise PowerCut
        await super().attempt(update_id, attempts)


async def start(store, handle):
    """Handle what was left over, as at a start, until all is done or the power is cut."""
    ledger, sorry = Powered(store), []
    order = Order(ledger, first_pause=0.01)
    order.ledger = ledger

    async def say_sorry(one):
        sorry.append(one.update_id)

    order.sorry = say_sorry
    order.attempts.load(store.attempts())
    tasks = [
        asyncio.create_task(order.process_update(update(number), handle(order, number)))
        for number, _ in store.waiting()
    ]
    _, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in left:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return sorry


def test_what_ends_the_bot_at_three_starts_is_given_up_and_nothing_else(store):
    answered = []

    async def handle(order, number):
        if number == 2:
            order.ledger.cut = True
            raise PowerCut
        await asyncio.sleep(0.01)
        answered.append(number)

    async def act():
        return [await start(store, handle) for _ in range(4)]

    assert asyncio.run(act()) == [[], [], [], [2]]
    assert sorted(answered) == [1, 3]
    assert store.waiting() == []


def test_orderly_stops_are_no_attempts(store):
    async def handle(order, number):
        order.failed(update(number), Stopping("stop"))

    async def act():
        return [await start(store, handle) for _ in range(5)]

    assert asyncio.run(act()) == [[]] * 5
    assert store.attempts() == {1: 0, 2: 0, 3: 0}


def test_a_reply_that_is_never_accepted_while_others_are_is_given_up(store, monkeypatch):
    monkeypatch.setattr(attempts, "_LONGEST_PAUSE", 0.001)
    order = Order(Ledger(store), first_pause=0.001)
    tried = []

    async def handle(one):
        tried.append(one.update_id)
        if one.update_id == 1:
            order.failed(one, NetworkError("Internal Server Error (500)"))

    async def act():
        order.again = handle
        bad = asyncio.create_task(order.process_update(update(1), handle(update(1))))
        await asyncio.sleep(0.01)
        await order.process_update(update(2), handle(update(2)))
        await asyncio.wait_for(bad, 20)

    asyncio.run(act())
    assert tried.count(1) == 51
    assert [number for number, _ in store.waiting()] == [3]


def test_in_an_outage_a_reply_is_tried_for_a_day(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(attempts.time, "monotonic", lambda: now[0])
    trying = Trying(1.0)
    pauses = [trying.pause(0.0) for _ in range(100)]
    assert pauses[:3] == [1.0, 2.0, 4.0]
    assert pauses[-1] == 300.0
    assert not trying.is_over(last_done=999.0)
    assert trying.is_over(last_done=1001.0)
    now[0] += 86401
    assert trying.is_over(last_done=999.0)
