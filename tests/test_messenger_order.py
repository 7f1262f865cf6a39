"""Updates of a chat in order, different chats at once; what the network spoilt is tried again."""

import asyncio

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import Stopping
from bot.messenger.ledger import Ledger
from bot.messenger.order import ChatLocks, Order, is_passing
from bot.messenger.store import ChatState, StoreError
from messenger_desk import plain_update


def waiting(store):
    return [number for number, _ in store.waiting()]


class Handling:
    """Handle updates as the library would: errors don't leave it, they are reported."""

    def __init__(self, store, errors=()):
        self.order = Order(Ledger(store), first_pause=0.01)
        self.order.again = self.handle
        self.errors = dict(errors)
        self.log = []

    async def handle(self, one, seconds=0.0):
        self.log.append(("begins", one.update_id))
        await asyncio.sleep(seconds)
        left = self.errors.get(one.update_id, [])
        if left:
            self.order.failed(one, left.pop(0))
        else:
            self.order.remember(one, one.effective_chat.id, ChatState("en", (str(one.update_id),)))
            self.log.append(("done", one.update_id))

    async def process(self, store, one, seconds=0.0):
        store.keep(one.update_id, one.effective_chat.id, one.to_json())
        await self.order.process_update(one, self.handle(one, seconds))

    def begun(self):
        return [number for what, number in self.log if what == "begins"]


def test_updates_of_a_chat_come_one_after_the_other_those_of_others_at_once(store):
    handling = Handling(store)

    async def act():
        first = [handling.process(store, plain_update(number), 0.05 - number / 100) for number in range(1, 5)]
        other = handling.process(store, plain_update(9, chat=200))
        await asyncio.gather(*first, other)

    asyncio.run(act())
    mine = [one for one in handling.log if one[1] != 9]
    assert mine == [(what, number) for number in range(1, 5) for what in ("begins", "done")]
    assert handling.log.index(("done", 9)) < handling.log.index(("done", 1))
    assert waiting(store) == []
    assert store.chat(100).questions == ("4",)


def test_a_chat_where_nobody_waits_costs_nothing():
    locks = ChatLocks()

    async def hold(chat):
        async with locks.holding(chat):
            await asyncio.sleep(0.01)

    async def act():
        tasks = [asyncio.create_task(hold(number % 50)) for number in range(200)]
        await asyncio.sleep(0)
        held = len(locks)
        tasks[60].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return held

    assert asyncio.run(act()) == 50
    assert len(locks) == 0


@pytest.mark.parametrize(
    "error", [NetworkError("502"), TimedOut(), RetryAfter(0), TelegramError("Invalid server response")]
)
def test_a_reply_that_the_network_spoilt_is_tried_again_before_the_chats_next_update(store, error):
    handling = Handling(store, {1: [error, error, error]})

    async def act():
        await asyncio.gather(handling.process(store, plain_update(1)), handling.process(store, plain_update(2)))

    asyncio.run(act())
    assert handling.begun() == [1, 1, 1, 1, 2]
    assert handling.log[-1] == ("done", 2)
    assert waiting(store) == []


@pytest.mark.parametrize("error", [Forbidden("blocked"), BadRequest("chat not found"), ValueError("a bug")])
def test_what_would_fail_again_is_not_tried_again(store, error):
    handling = Handling(store, {1: [error]})

    asyncio.run(handling.process(store, plain_update(1)))

    assert handling.begun() == [1]
    assert waiting(store) == []
    assert store.chat(100) == ChatState()


def test_at_a_stop_what_was_not_done_is_left_for_the_next_start(store):
    handling = Handling(store, {1: [NetworkError("down")] * 1000, 3: [Stopping("stop")]})
    handling.order._first_pause = 30.0

    async def act():
        tasks = [
            asyncio.create_task(handling.process(store, plain_update(1))),
            asyncio.create_task(handling.process(store, plain_update(2))),
            asyncio.create_task(handling.process(store, plain_update(3, chat=300))),
        ]
        await asyncio.sleep(0.1)
        handling.order.stop()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)

    asyncio.run(act())
    assert waiting(store) == [1, 2, 3]
    assert handling.order.undone == 0


def test_pauses_between_attempts_grow(store, monkeypatch):
    handling = Handling(store, {1: [NetworkError("down")] * 4 + [RetryAfter(7)]})
    pauses = []

    async def pause(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(handling.order, "_pause", pause)
    asyncio.run(handling.process(store, plain_update(1)))
    assert pauses == [0.01, 0.02, 0.04, 0.08, 7.0]


def test_a_full_disk_does_not_hold_up_replies_and_is_made_good(store, monkeypatch):
    handling = Handling(store)
    done = store.done

    def full(*_):
        raise StoreError("the disk is full")

    async def act():
        monkeypatch.setattr(store, "done", full)
        await handling.process(store, plain_update(1))
        await handling.process(store, plain_update(2))
        remembered = await handling.order._ledger.chat(100)
        assert waiting(store) == [1, 2]
        monkeypatch.setattr(store, "done", done)
        await handling.order.shutdown()
        return remembered

    assert asyncio.run(act()).questions == ("2",)
    assert [one for one in handling.log if one[0] == "done"] == [("done", 1), ("done", 2)]
    assert waiting(store) == []
    assert store.chat(100).questions == ("2",)


def test_what_the_network_spoils_is_told_from_what_telegram_refuses():
    assert is_passing(NetworkError("x"))
    assert is_passing(TimedOut())
    assert not is_passing(BadRequest("x"))
    assert not is_passing(Forbidden("x"))
    assert not is_passing(ValueError("x"))
