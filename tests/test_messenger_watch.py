"""What goes on in the background goes on, and health tells when it does not."""

import asyncio
import threading

import pytest

from bot.errors import AnswerFailed, BadSettings
from bot.messenger.answering import Answering
from bot.messenger.health import Fetching, told
from bot.messenger.watch import Watch
from bot.messenger.webhook import webhook_path
from messenger_desk import Assistant


class Panic(BaseException):
    """A panic of a library that is no Exception."""


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text("1")
    return path


def changed(manifest, content):
    aside = manifest.with_name("new")
    aside.write_text(content)
    aside.replace(manifest)


def test_looks_at_the_index_do_not_overlap_and_tell_whether_it_is_in(manifest):
    at_once, most, lock = [], [], threading.Lock()
    results = [Assistant(), ValueError("odd")]

    def load():
        with lock:
            at_once.append(1)
            most.append(len(at_once))
        threading.Event().wait(0.05)
        at_once.pop()
        one = results.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def act():
        watch = Watch(manifest, load, Answering(Assistant()))
        found = [await watch.look()]
        changed(manifest, "22")
        found += await asyncio.gather(watch.look(), watch.look(), watch.look())
        changed(manifest, "333")
        return [*found, await watch.look(), await watch.look()]

    assert asyncio.run(act()) == [True, True, True, True, False, False]
    assert most == [1, 1]


def test_the_watch_outlives_what_nobody_thought_of(manifest):
    loaded = Assistant()

    async def act():
        answering = Answering(Assistant())

        def replaced(_):
            calls.append(1)
            if len(calls) == 1:
                raise OSError("odd")

        calls = []
        watch = Watch(manifest, lambda: loaded, answering, every=0.01, replaced=replaced)
        task = asyncio.create_task(watch.run())
        for content in ("22", "333"):
            changed(manifest, content)
            await asyncio.sleep(0.3)
        over = task.done()
        task.cancel()
        return over, len(calls)

    assert asyncio.run(act()) == (False, 2)


def test_a_panic_reaches_its_asker_and_the_others_are_answered():
    assistant = Assistant()
    ask = assistant.ask

    def panics(question, **more):
        if question == "bad":
            raise Panic("index out of bounds")
        return ask(question, **more)

    assistant.ask = panics

    async def act():
        answering = Answering(assistant)
        answering.start()
        with pytest.raises(AnswerFailed, match="Panic: index out of bounds"):
            await answering.ask("bad")
        answer = await answering.ask("good")
        working = answering.is_working
        await answering.stop()
        return answer.question, working, answering.is_working

    assert asyncio.run(act()) == ("good", True, False)


def test_fetching_is_stuck_when_it_did_not_work_for_some_time(monkeypatch):
    now, answers = [1000.0], [(200, b'{"ok":true}'), (502, b"{}"), (200, b"<html>")]
    monkeypatch.setattr("bot.messenger.health.time.monotonic", lambda: now[0])

    async def do_request(*_, **__):
        return answers.pop(0)

    monkeypatch.setattr("telegram.request.HTTPXRequest.do_request", do_request)

    async def act():
        fetching, found = Fetching(), []
        for _ in range(3):
            now[0] += 60
            await fetching.do_request("url", "POST")
            found.append(fetching.is_stuck)
        return found

    assert asyncio.run(act()) == [False, False, True]
    assert told({"a": False})["healthy"] is True


@pytest.mark.parametrize("url", ["https://a.example/b?c=1", "https://a.example/(b", "https://a.example/b#c"])
def test_a_webhook_path_that_is_a_pattern_is_refused_in_one_line(url):
    with pytest.raises(BadSettings, match=r"^telegram\.webhook_url must end in a path"):
        webhook_path(url)
    assert webhook_path("https://a.example/b-c/d_1") == "/b-c/d_1"


def test_an_index_that_could_not_be_loaded_is_tried_again_after_a_while(manifest, monkeypatch):
    now, loaded, results = [1000.0], [], [OSError("away"), OSError("away"), Assistant()]
    monkeypatch.setattr("bot.messenger.watch.time.monotonic", lambda: now[0])

    def load():
        loaded.append(now[0])
        one = results.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def act():
        watch = Watch(manifest, load, Answering(Assistant()), pause=15)
        changed(manifest, "22")
        found = []
        for seconds in (0, 14, 1, 29, 1, 100):
            now[0] += seconds
            found.append(await watch.look())
        return found

    assert asyncio.run(act()) == [False, False, False, False, True, True]
    assert loaded == [1000.0, 1015.0, 1045.0]
