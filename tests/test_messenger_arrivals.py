"""What comes from Telegram is on the disk before it is confirmed."""

import asyncio
import json

import pytest
from telegram import Bot, Update
from telegram.error import NetworkError

from bot.messenger.arrivals import Arrivals, kind_of
from bot.messenger.store import StoreError

BOT = Bot("123456:" + "a" * 35)
CHAT = {"id": 100, "type": "private", "first_name": "A"}
USER = {"id": 100, "is_bot": False, "first_name": "A"}


def update(number, text="how many?", **fields):
    message = {"message_id": number, "date": 1, "chat": CHAT, "from": USER, "text": text}
    return Update.de_json({"update_id": number, **(fields or {"message": message})}, BOT)


def drained(queue):
    return [queue.get_nowait() for _ in range(queue.qsize())]


def test_an_update_is_kept_before_put_returns(store):
    async def act():
        arrivals = Arrivals(store)
        await arrivals.put(update(1))
        return drained(arrivals)

    assert [one.update_id for one in asyncio.run(act())] == [1]
    ((number, raw),) = store.waiting()
    assert number == 1
    assert json.loads(raw)["message"]["text"] == "how many?"


def test_repeats_are_dropped_whether_done_or_not(store):
    kinds = []

    async def act():
        arrivals = Arrivals(store, arrived=kinds.append)
        await arrivals.put(update(1))
        await arrivals.put(update(2))
        store.done(2)
        await arrivals.put(update(1))
        await arrivals.put(update(2))
        return drained(arrivals)

    assert [one.update_id for one in asyncio.run(act())] == [1, 2]
    assert kinds == ["message", "message"]


def test_updates_keep_the_order_in_which_they_were_put(store):
    async def act():
        arrivals = Arrivals(store)
        await asyncio.gather(*(arrivals.put(update(number)) for number in range(1, 60)))
        return drained(arrivals)

    assert [one.update_id for one in asyncio.run(act())] == list(range(1, 60))


def test_an_inline_query_is_never_stored(store):
    query = {"id": "1", "from": USER, "query": "how many?", "offset": ""}

    async def act():
        arrivals = Arrivals(store)
        await arrivals.put(update(1, inline_query=query))
        return drained(arrivals)

    assert [kind_of(one) for one in asyncio.run(act())] == ["inline_query"]
    assert store.waiting() == []


def test_the_librarys_own_signals_pass(store):
    signal = object()

    async def act():
        arrivals = Arrivals(store)
        await arrivals.put(signal)
        return drained(arrivals)

    assert asyncio.run(act()) == [signal]


def test_what_can_not_be_kept_is_not_handed_on_and_the_library_is_told(store, monkeypatch):
    kept = store.keep

    def full(*_):
        raise StoreError("the disk is full")

    async def act():
        arrivals = Arrivals(store)
        await arrivals.put(update(1))
        monkeypatch.setattr(store, "keep", full)
        for _ in range(2):
            with pytest.raises(NetworkError, match="the disk is full"):
                await arrivals.put(update(2))
        monkeypatch.setattr(store, "keep", kept)
        for number in (1, 2, 3):  # the batch comes again
            await arrivals.put(update(number))
        return drained(arrivals)

    assert [one.update_id for one in asyncio.run(act())] == [1, 2, 3]


def test_what_was_not_done_comes_again_in_order_and_as_it_was(store):
    for number in (3, 1, 2):
        store.keep(number, 100, update(number, f"text {number}").to_json())
    store.done(2)
    store.keep(4, 100, "no JSON")
    store.keep(5, 100, '{"update_id": 5, "message": {}}')

    async def act():
        arrivals = Arrivals(store)
        count = await arrivals.replay(BOT)
        return count, drained(arrivals)

    count, found = asyncio.run(act())
    assert count == 2
    assert [(one.update_id, one.message.text, one.effective_chat.id) for one in found] == [
        (1, "text 1", 100),
        (3, "text 3", 100),
    ]
    assert [number for number, _ in store.waiting()] == [1, 3]


def test_the_library_does_not_confirm_a_batch_of_which_one_was_not_kept(store, monkeypatch):
    """Watch the offsets that the library's own updater asks for."""
    from telegram.ext import ExtBot, Updater

    offsets = []
    batches = [[update(1), update(2)], [update(1), update(2)], []]
    fails = {2}
    kept = store.keep

    def keep(number, *rest):
        if number in fails:
            fails.discard(number)
            raise StoreError("the disk is full")
        return kept(number, *rest)

    monkeypatch.setattr(store, "keep", keep)

    class Served(ExtBot):
        async def initialize(self):
            pass

        async def shutdown(self):
            pass

        async def delete_webhook(self, *_, **__):
            return True

        async def get_updates(self, offset=None, **_):
            offsets.append(offset)
            if not batches:
                await asyncio.sleep(60)
            return batches.pop(0)

    async def act():
        arrivals = Arrivals(store)
        updater = Updater(Served(BOT.token), arrivals)
        await updater.initialize()
        await updater.start_polling(error_callback=lambda _: None)
        while len(offsets) < 4:
            await asyncio.sleep(0.02)
        batches.append([])
        await updater.stop()
        return drained(arrivals)

    assert [one.update_id for one in asyncio.run(act())] == [1, 2]
    assert offsets[:4] == [0, 0, 3, 3]
