"""What is done is written once, in order, however slow or full the disk is."""

import asyncio
import time

from bot.messenger.ledger import Ledger
from bot.messenger.store import ChatState, StoreError


def test_many_at_once_are_written_once_each(store, monkeypatch):
    written, done = [], store.done

    def slow(update_id, state=None):
        written.append(update_id)
        time.sleep(0.001)
        done(update_id, state)

    monkeypatch.setattr(store, "done", slow)

    async def act():
        ledger = Ledger(store)
        await asyncio.gather(*(ledger.done(number) for number in range(30)), ledger.write(), ledger.write())

    asyncio.run(act())
    assert sorted(written) == list(range(30))


def test_an_older_state_of_a_chat_never_comes_after_a_newer_one(store, monkeypatch):
    done, fails = store.done, [True]

    def slow(update_id, state=None):
        if fails:
            raise StoreError(fails.pop() and "the disk is full")
        time.sleep(0.05 if update_id == 1 else 0)
        done(update_id, state)

    monkeypatch.setattr(store, "done", slow)

    async def act():
        ledger = Ledger(store)
        await ledger.done(1, (100, ChatState("en", ("old",))))
        write = asyncio.create_task(ledger.write())
        await asyncio.sleep(0.01)
        await ledger.done(2, (100, ChatState("en")))
        await write
        return await ledger.chat(100), ledger._states

    assert asyncio.run(act()) == (ChatState("en"), {})
    assert store.chat(100) == ChatState("en")


def test_a_chat_that_can_not_be_read_is_one_that_is_not_known(store, monkeypatch):
    def damaged(_):
        raise StoreError("is damaged")

    monkeypatch.setattr(store, "chat", damaged)
    assert asyncio.run(Ledger(store).chat(100)) == ChatState()


def test_the_last_message_of_a_reply_is_known_after_a_crash(store):
    store.keep(1, 100, "{}")
    asyncio.run(Ledger(store).step(1, 77))
    assert asyncio.run(Ledger(store).steps(1)) == 1
    assert asyncio.run(Ledger(store).last_reply(1)) == 77
