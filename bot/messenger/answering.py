"""Messenger: one assistant in the process, one thread that answers, a bounded queue before it, known answers."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.answer import Answer
from bot.errors import AnswerFailed, Busy, Stopping
from bot.shelf import Shelf
from corpus.document import Document, Language

_KNOWN = 1000  # answers that are kept
_SMOOTHING = 0.2  # weight of the newest answer's time in the expected one
_FIRST_GUESS = 1.0  # seconds

_log = structlog.get_logger(__name__)
_Key = tuple[str, str, tuple[str, ...], Language | None]


class IndexName(Protocol):
    """Name an index, as `index.manifest.Manifest` does."""

    @property
    def generation(self) -> str:
        """Return a name that no other build of the index has."""
        ...

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the folders that were indexed."""
        ...


class Asks(Protocol):
    """Answer questions, as `bot.assistant.Assistant` does."""

    @property
    def documents(self) -> dict[str, Document]:
        """Return the reports by their ids."""
        ...

    @property
    def manifest(self) -> IndexName:
        """Return what the index says of itself."""
        ...

    def ask(
        self, question: str, *, history: Sequence[str] = (), language: Language | None = None, ask_back: bool = False
    ) -> Answer:
        """Answer a question."""
        ...


@dataclass
class _Job:
    key: _Key
    assistant: Asks
    collection: str
    future: "asyncio.Future[Answer]"
    began: float = field(default_factory=time.monotonic)


class Answering:
    """Answer questions off the event loop, one after the other, each on the index that was current when it was asked.

    `answered` is told each new answer and the seconds since its question came. `shelf` has what answers
    from other collections than the bot's own, which has no name here.
    """

    def __init__(
        self,
        assistant: Asks,
        *,
        waiting: int = 2000,
        answered: Callable[[Answer, float], None] = lambda _answer, _seconds: None,
        shelf: Shelf[Asks] | None = None,
    ) -> None:
        self._assistant = assistant
        self._shelf = shelf
        self._waiting = waiting
        self._answered = answered
        self._jobs: deque[_Job] = deque()
        self._pending: dict[_Key, asyncio.Future[Answer]] = {}
        self._known: OrderedDict[_Key, Answer] = OrderedDict()
        self._seconds = _FIRST_GUESS
        self._came = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._working = False
        self._stopping = False

    @property
    def assistant(self) -> Asks:
        """Return the current assistant."""
        return self._assistant

    @property
    def ahead(self) -> int:
        """Return how many questions would be answered before the next one."""
        return len(self._jobs) + self._working

    @property
    def expected_wait(self) -> float:
        """Return the seconds that the next question would wait, as far as the last answers tell."""
        return self.ahead * self._seconds

    def replace(self, assistant: Asks) -> None:
        """Answer from another index from now on; questions that came before finish on theirs."""
        self._assistant = assistant
        generation = assistant.manifest.generation
        for key in [key for key in self._known if key[0] != generation]:
            del self._known[key]

    @property
    def is_working(self) -> bool:
        """Tell whether questions are answered."""
        return self._worker is not None and not self._worker.done()

    def start(self) -> None:
        """Begin to answer."""
        self._worker = asyncio.create_task(self._work(), name="answering")

    async def stop(self) -> None:
        """Finish the answer that was begun; the other questions end with Stopping."""
        self._stopping = True
        for job in self._jobs:
            self._fail(job, Stopping("the bot is being stopped"))
        self._jobs.clear()
        self._came.set()
        if self._worker:
            await self._worker

    def is_known(
        self, question: str, history: Sequence[str] = (), language: Language | None = None, *, collection: str = ""
    ) -> bool:
        """Tell whether an answer is there already or being made, so that nobody waits in the queue for it."""
        return (key := self._key(question, history, language, collection)) in self._known or key in self._pending

    async def ask(
        self, question: str, history: Sequence[str] = (), language: Language | None = None, *, collection: str = ""
    ) -> Answer:
        """Answer a question.

        Raises:
            Busy: if as many questions wait as may.
            Stopping: if the bot is stopped before the answer was begun.
            IndexStageError: if the collection can't be loaded.
        """
        key = self._key(question, history, language, collection)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key not in self._pending:
            self._enqueue(key, collection)
        # Who no longer waits must not take the answer from those who asked the same.
        return await asyncio.shield(self._pending[key])

    def _key(self, question: str, history: Sequence[str], language: Language | None, collection: str) -> _Key:
        own = self._assistant.manifest.generation
        index = f"{collection}/{self._shelf.state(collection)}" if self._shelf and collection else own
        return index, question, tuple(history), language

    def _enqueue(self, key: _Key, collection: str) -> None:
        if self._stopping:
            raise Stopping("the bot is being stopped")
        if len(self._jobs) >= self._waiting:
            raise Busy(f"{len(self._jobs)} questions wait already")
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # may be nobody's any more
        self._pending[key] = future
        self._jobs.append(_Job(key, self._assistant, collection, future))
        self._came.set()

    async def _work(self) -> None:
        while True:
            await self._came.wait()
            self._came.clear()
            while self._jobs:
                self._working = True
                await self._answer(self._jobs.popleft())
                self._working = False
            if self._stopping:
                return

    async def _answer(self, job: _Job) -> None:
        began = time.monotonic()
        try:
            answer = await asyncio.to_thread(self._made, job)
            self._answered(answer, time.monotonic() - job.began)
        except asyncio.CancelledError:
            raise
        except BaseException as err:  # noqa: BLE001 - the asker is told; the others must be answered
            self._fail(job, err)
            return
        finally:
            self._pending.pop(job.key, None)
        self._seconds += _SMOOTHING * (time.monotonic() - began - self._seconds)
        self._known[job.key] = answer
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        if not job.future.done():
            job.future.set_result(answer)

    def _made(self, job: _Job) -> Answer:
        """Answer a question; in a thread, since a collection may have to be loaded first."""
        _, question, history, language = job.key
        assistant = self._shelf.take(job.collection) if self._shelf and job.collection else job.assistant
        return assistant.ask(question, history=history, language=language, ask_back=True)

    def _fail(self, job: _Job, error: BaseException) -> None:
        self._pending.pop(job.key, None)
        if not isinstance(error, Exception):  # a panic of a library's would end the asker's task
            error, cause = AnswerFailed(f"{type(error).__name__}: {error}"), error
            error.__cause__ = cause
        if not job.future.done():
            job.future.set_exception(error)
