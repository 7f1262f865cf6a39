"""One thread answers; the queue is bounded; an index is replaced while questions are answered."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from bot.answer import Answer
from bot.errors import Busy, Stopping
from bot.messenger.answering import Answering
from bot.messenger.watch import Watch
from index.errors import IndexDamaged


class FakeAssistant:
    """Answer at once, or when let."""

    def __init__(self, generation="g-1", *, held=False):
        self.manifest = SimpleNamespace(generation=generation, roots=())
        self.documents = {}
        self.asked = []
        self.threads = set()
        self.let = threading.Event()
        if not held:
            self.let.set()

    def ask(self, question, *, history=(), language=None, ask_back=False):
        self.asked.append((question, tuple(history), language, ask_back))
        self.threads.add(threading.get_ident())
        assert self.let.wait(10)
        if question == "bad":
            raise ValueError("a bug")
        return Answer(question, "answered", language or "en", f"{self.manifest.generation}: {question}")


async def until(condition):
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


def test_an_answer_is_made_once_for_the_same_question_history_and_language():
    assistant = FakeAssistant()
    seen = []

    async def act():
        answering = Answering(assistant, answered=lambda answer, seconds: seen.append(answer.text))
        answering.start()
        await asyncio.gather(*(answering.ask("q") for _ in range(5)))
        await answering.ask("q", ("before",))
        await answering.ask("q", (), "zh")
        known = answering.is_known("q"), answering.is_known("other")
        await answering.stop()
        return known

    assert asyncio.run(act()) == (True, False)
    assert assistant.asked == [("q", (), None, True), ("q", ("before",), None, True), ("q", (), "zh", True)]
    assert len(seen) == 3
    assert threading.get_ident() not in assistant.threads


def test_when_as_many_wait_as_may_the_next_is_refused():
    assistant = FakeAssistant(held=True)

    async def act():
        answering = Answering(assistant, waiting=2)
        answering.start()
        tasks = [asyncio.create_task(answering.ask("first"))]
        await until(lambda: assistant.asked)
        tasks += [asyncio.create_task(answering.ask(f"q{number}")) for number in range(2)]
        await asyncio.sleep(0)
        assert answering.ahead == 3
        assert answering.expected_wait == pytest.approx(3.0)
        with pytest.raises(Busy):
            await answering.ask("one too many")
        assistant.let.set()
        found = [answer.question for answer in await asyncio.gather(*tasks)]
        await answering.stop()
        return found

    assert asyncio.run(act()) == ["first", "q0", "q1"]


def test_an_error_reaches_its_asker_alone():
    async def act():
        answering = Answering(FakeAssistant())
        answering.start()
        with pytest.raises(ValueError, match="a bug"):
            await answering.ask("bad")
        answer = await answering.ask("good")
        await answering.stop()
        return answer.question

    assert asyncio.run(act()) == "good"


def test_a_stop_finishes_what_was_begun_and_no_more():
    assistant = FakeAssistant(held=True)

    async def act():
        answering = Answering(assistant)
        answering.start()
        begun = asyncio.create_task(answering.ask("begun"))
        await until(lambda: assistant.asked)
        waiting = asyncio.create_task(answering.ask("waiting"))
        await asyncio.sleep(0)
        stop = asyncio.create_task(answering.stop())
        with pytest.raises(Stopping):
            await waiting
        with pytest.raises(Stopping):
            await answering.ask("late")
        assistant.let.set()
        await stop
        return (await begun).question

    assert asyncio.run(act()) == "begun"
    assert [one[0] for one in assistant.asked] == ["begun"]


def test_who_gives_up_does_not_take_the_answer_from_others():
    assistant = FakeAssistant(held=True)

    async def act():
        answering = Answering(assistant)
        answering.start()
        first, second = (asyncio.create_task(answering.ask("q")) for _ in range(2))
        await until(lambda: assistant.asked)
        first.cancel()
        assistant.let.set()
        answer = await second
        await answering.stop()
        return answer.question

    assert asyncio.run(act()) == "q"


def test_questions_that_came_before_a_new_index_finish_on_the_old_one():
    old, new = FakeAssistant("g-1", held=True), FakeAssistant("g-2")

    async def act():
        answering = Answering(old)
        answering.start()
        tasks = [asyncio.create_task(answering.ask(f"q{number}")) for number in range(3)]
        await until(lambda: old.asked)
        answering.replace(new)
        tasks += [asyncio.create_task(answering.ask("q0"))]
        old.let.set()
        texts = [answer.text for answer in await asyncio.gather(*tasks)]
        again = (await answering.ask("q0")).text
        await answering.stop()
        return texts, again, answering.assistant

    texts, again, assistant = asyncio.run(act())
    assert texts == ["g-1: q0", "g-1: q1", "g-1: q2", "g-2: q0"]
    assert again == "g-2: q0"
    assert assistant is new


def test_the_answers_of_an_old_index_are_not_kept():
    async def act():
        answering = Answering(FakeAssistant("g-1"))
        answering.start()
        await answering.ask("q")
        answering.replace(FakeAssistant("g-2"))
        answering.replace(FakeAssistant("g-1"))
        known = answering.is_known("q")
        await answering.stop()
        return known

    assert asyncio.run(act()) is False


def test_an_index_is_taken_when_its_manifest_changes_and_a_damaged_one_is_not(tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text("1")
    loaded = [IndexDamaged("the new one is damaged"), FakeAssistant("g-2")]
    calls, replaced = [], []

    def load():
        calls.append(1)
        one = loaded.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def act():
        answering = Answering(FakeAssistant("g-1"))
        watch = Watch(manifest, load, answering, replaced=lambda one: replaced.append(one.manifest.generation))
        names = []
        for content in ("1", "changed", None, "changed again"):
            if content and content != "1":
                aside = tmp_path / "new"
                aside.write_text(content)
                aside.replace(manifest)
            await watch.look()
            names.append(answering.assistant.manifest.generation)
        return names

    assert asyncio.run(act()) == ["g-1", "g-1", "g-1", "g-2"]
    assert len(calls) == 2
    assert replaced == ["g-2"]
