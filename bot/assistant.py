"""Bot stage: a question to an Answer; nothing here prints or reaches the network."""

import math
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from threading import Lock
from typing import Protocol

from bot.answer import Answer, FoundPassage, Status
from bot.asked import Asked, asked
from bot.compose import Composer
from bot.confidence import Calibration
from bot.converse import REMEMBERED, Understood, understood
from bot.derive.told import told
from bot.derive.work import worked
from bot.errors import BadQuestion
from bot.evidence import candidates
from bot.facts import Found, Weights, chosen, weighed
from bot.known import knowledge
from bot.messages import say
from bot.question import LONGEST, clean, language_of, parts
from bot.reader.spans import Reading
from bot.reading_list import of_each, reading_list, reports_named
from bot.recall import further
from bot.spelling import mended
from bot.support import Named
from bot.talking import talk_text
from bot.turns.talk import small_talk
from corpus.document import Document, Language, Span
from index.manifest import Manifest
from index.retrieve import RankedPassage, Retriever
from index.words import fold, tokens

_LOOKED_AT = 30  # passages among which another report's best is looked for
_RECENT = 32  # questions whose traces are remembered
_DROPPED = 6.0  # evidence that a passage loses whose best candidate is no answer


class ReadsPassages(Protocol):
    """Read passages for a question, as `bot.reader.model.Reader` does."""

    def read(self, question: str, passages: Sequence[str], glosses: Sequence[str] = ()) -> list[Reading]:
        """Return what was read in each passage."""
        ...

    def is_common(self, word: str) -> bool:
        """Tell whether an English word is so common that it can't be a typing mistake."""
        ...


@dataclass(frozen=True, slots=True)
class Trace:
    """Hold how a question was answered: what it asks for, passages, and candidates kept and dropped.

    `each` names the reports of which it asks for each one's answer; `read` are the passages that were read;
    `retrieving` is the time that retrieval took, in seconds, `named` what the question names.
    """

    asked: Asked
    ranked: tuple[RankedPassage, ...]
    found: tuple[Found, ...]
    each: tuple[str, ...] = ()
    read: tuple[RankedPassage, ...] = ()
    retrieving: float = 0.0
    named: Named | None = None


class Assistant:
    """Answer questions from the reports of one index.

    Without a reader whole sentences answer, as retrieval ranks them.
    """

    def __init__(
        self,
        retriever: Retriever,
        reader: ReadsPassages | None = None,
        *,
        results: int = 10,
        read: int = 4,
        refuse_below: float = 0.5,
        names: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._results = results
        self._read = read
        self._refuse_below = refuse_below
        self._names = names or {}
        self._weights = weights or Weights()
        self._calibration = calibration or Calibration()
        self.knowledge = knowledge(retriever, lambda question: self._recalled(question).found)
        self._recent: OrderedDict[str, Trace] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def open(
        cls, reports: str | Path | None = None, *, index: str | Path | None = None, config: str | Path | None = None
    ) -> "Assistant":
        """Return the assistant for a folder of reports, or for a saved index.

        Args:
            reports: A folder of reports, whose index is built at the first time and renewed when files changed; or
                the folder of a saved index; None for `index`, or else for the reports that come with citewise.
            index: Where the index of the reports stands; None for a place in the data directory.
            config: A settings file; None for the usual ones.

        Raises:
            CorpusError: if the folder can't be read or holds no report.
            IndexStageError: if the index or the encoder can't be used.
            BadSettings: if a settings file or variable is wrong.
        """
        from bot.opening import open_assistant  # it needs the wiring, which needs this class

        places = [None if one is None else Path(one) for one in (reports, index, config)]
        return open_assistant(places[0], index=places[1], config=places[2])

    @property
    def documents(self) -> dict[str, Document]:
        """Return the reports by their ids."""
        return self._retriever.index.documents

    @property
    def manifest(self) -> Manifest:
        """Return what the index says of itself."""
        return self._retriever.index.manifest

    def passages(self, question: str, history: Sequence[str] = ()) -> list[RankedPassage]:
        """Return the ranked passages for a question, without an answer."""
        whole = self._understood(clean(question), history).question
        what, ranked = self._retrieved(whole)
        return ranked[: self._results] if self._reader is None else list(self._traced(what, ranked).ranked)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        language: Language | None = None,
        ask_back: bool = False,
    ) -> Answer:
        """Answer a question; `history` holds the earlier ones, oldest first.

        `language` is the language of the answer, the question's own where it is None. Where a message may mean
        different things each is answered, or with `ask_back` the answer offers them to choose from.
        """
        return self.explain(question, history=history, language=language, ask_back=ask_back)[0]

    def explain(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        language: Language | None = None,
        ask_back: bool = False,
    ) -> tuple[Answer, list[Trace]]:
        """Answer a question, and tell how: one trace for each question that it holds."""
        began = time.perf_counter()
        try:
            cleaned = clean(question)
        except BadQuestion as err:
            spoken = language or language_of(question[:LONGEST])
            text = say(str(err), spoken, example=say("example", spoken), limit=LONGEST)
            return Answer(question, "error", spoken, text, timings_ms=_timings(began, 0.0)), []
        spoken = language or language_of(cleaned)
        talk = small_talk(cleaned, after_question=_after_question(history))
        if talk:
            text = talk_text(talk, self.documents.values(), spoken)
            return Answer(question, "chat", spoken, text, timings_ms=_timings(began, 0.0)), []
        derived = self._derived(cleaned, spoken)
        if derived:
            answer, traces = derived
            return replace(
                answer, question=question, timings_ms=_timings(began, sum(t.retrieving for t in traces))
            ), traces
        asked_together = parts(cleaned)
        meant = [self._understood(one, [*history, *asked_together[:at]]) for at, one in enumerate(asked_together)]
        spoken = language or meant[-1].language or spoken
        readings = tuple(one for each in meant for one in (each.question, *each.others))
        if ask_back and meant[-1].others:
            text = say("which_meant", spoken)
            return Answer(question, "clarify", spoken, text, choices=readings, timings_ms=_timings(began, 0.0)), []
        changed = list(readings) != asked_together or meant[-1].does != "asks"
        traces = [self._recalled(one) if changed else self._trace(one) for one in readings]
        retrieving = sum(trace.retrieving for trace in traces)
        answer = replace(
            self._composed(meant[-1], traces, spoken),
            question=question,
            asked_as=" ".join(each.question for each in meant) if changed else None,
            timings_ms=_timings(began, retrieving),
        )
        return answer, traces

    def _derived(self, question: str, language: Language) -> tuple[Answer, list[Trace]] | None:
        """Return what a question that wants working out came to, None for a plain one."""
        traces: list[Trace] = []

        def trace(asked_for: str) -> Trace:
            traces.append(self._recalled(asked_for))
            return traces[-1]

        done = worked(question, language_of(question), trace, self.documents)
        if done is None:
            return None
        ranked = [hit for one in traces for hit in one.ranked]
        passages = tuple(_found(hit) for hit in _first_of_each(ranked)[: self._results])
        return replace(told(question, done, Composer(language, self._names)), passages=passages), traces

    def _understood(self, question: str, history: Sequence[str]) -> Understood:
        return understood(question, [" ".join(one.split())[:LONGEST] for one in history[-REMEMBERED:]], self.knowledge)

    def _recalled(self, question: str) -> Trace:
        """Return how a question is answered, from memory where it was among the last: a conversation leads back."""
        with self._lock:
            known = self._recent.get(question)
        return replace(known, retrieving=0.0) if known else self._trace(question)

    def _trace(self, question: str) -> Trace:
        """Return how a whole question is answered."""
        began = time.perf_counter()
        what, ranked = self._retrieved(question)
        retrieving = time.perf_counter() - began
        made = replace(self._traced(what, ranked), retrieving=retrieving)
        with self._lock:
            self._recent[question] = made
            self._recent.move_to_end(question)
            while len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return made

    def _retrieved(self, question: str) -> tuple[Asked, list[RankedPassage]]:
        """Return what a question asks for, and its passages."""
        language = language_of(question)
        question = self._mended(fold(question), language)
        what = asked(question, language)
        return what, self._retriever.search(question, language=language, k=max(self._results, _LOOKED_AT))

    def _mended(self, question: str, language: Language) -> str:
        if self._reader is None:
            return question
        return mended(question, language, self._retriever.index.bridge, self._reader.is_common)

    def _traced(self, what: Asked, ranked: list[RankedPassage]) -> Trace:
        index, meant = self._retriever.index, what
        named = Named.of(what, index.bridge, index.passage_words, self.documents.values())
        each = reports_named(named, list({hit.document.id: hit.document for hit in ranked}.values()))
        whole = named
        if len(each) > 1 and tokens(bare := of_each(named)):
            # The places tell which reports are asked, and nothing of what they say.
            of_one, found_bare = self._retrieved(bare)
            if of_one.wants == what.wants:
                what, ranked = of_one, _interleaved(ranked, found_bare)
                bare_named = Named.of(what, index.bridge, index.passage_words, self.documents.values())
                named = replace(bare_named, places=named.places)
        readings: dict[int, Reading] = {}
        before: list[int] | None = None
        more = self._read + self._read // 2
        for count in (more,) if len(each) > 1 else (self._read, more):
            order = reading_list(ranked, each, count)
            if order == before:
                break  # there is no more to read
            before = order
            unread = [i for i in order if i not in readings]
            readings.update(zip(unread, self._readings(what, [ranked[i] for i in unread]), strict=True))
            first = [ranked[i] for i in order]
            may = candidates(
                what, first, [readings[i] for i in order], index.bridge, only_sentences=self._reader is None
            )
            found = weighed(may, named, self._weights, self._calibration)
            decided = chosen(what, found, self._weights, refuse_below=self._refuse_below, each=each)
            # Half as many more are read before it is said that the reports do not say.
            if any(one.dropped is None for one in decided):
                break
        ordered = ranked if self._reader is None else _reranked(ranked, order, found)
        return Trace(meant, tuple(ordered[: self._results]), tuple(decided), tuple(each), tuple(first), named=whole)

    def _readings(self, what: Asked, hits: Sequence[RankedPassage]) -> list[Reading]:
        texts = [hit.document.text[hit.passage.start : hit.passage.end] for hit in hits]
        if self._reader is None:
            return [Reading.blank(text) for text in texts]
        gloss = self._retriever.index.bridge.gloss(what.question, what.language)
        glosses = [
            "" if hit.document.language == what.language else gloss.for_passage(text)
            for hit, text in zip(hits, texts, strict=True)
        ]
        return self._reader.read(what.question, texts, glosses)

    def _composed(self, meant: Understood, traces: Sequence[Trace], language: Language) -> Answer:
        composer = Composer(language, self._names)
        ranked = [hit for trace in traces for hit in trace.ranked]
        passages = tuple(_found(hit) for hit in _first_of_each(ranked)[: self._results])
        facts, texts = [], []
        for trace in traces:
            found = trace.found
            if meant.does == "more":
                found = tuple(further(found, meant.more, refuse_below=self._refuse_below))
            kept = [one for one in found if one.dropped is None]
            asked_for = trace.asked.question
            if kept:
                made = [composer.fact(one) for one in kept]
                facts += made
                said = composer.text(made, kept, listed=trace.asked.wants == "list" and meant.does != "more")
                above = asked_for if meant.others else say("stands_in", language) if meant.does == "source" else ""
                texts.append(f"{above}\n{said}" if above else said)
            elif meant.does == "more":
                texts.append(say("no_more", language, looked_for=_topic(asked_for)))
            else:
                texts.append(self._not_found(asked_for, trace, composer))
        status: Status = "answered" if facts else "not_found"
        return Answer(meant.question, status, language, "\n".join(texts), tuple(facts), composer.citations, passages)

    def _not_found(self, question: str, trace: Trace, composer: Composer) -> str:
        language = composer.language
        lines = [say("not_found", language, looked_for=_topic(question))]
        best = trace.found[0] if trace.found else None
        if best and best.support.missing:
            lines.append(say("missing", language, names=composer.listed(best.support.missing)))
        nearest = (best.candidate.document, best.candidate.sentence) if best else _nearest(trace.ranked)
        if nearest:
            lines += [say("nearest", language), composer.nearest(*nearest)]
        return "\n".join(lines)


def _after_question(history: Sequence[str]) -> bool:
    """Tell whether the last that was said before is a question, not small talk."""
    before = next((one for one in reversed(history) if one.strip()), "")
    return bool(before) and small_talk(before[:LONGEST]) is None


def _topic(question: str) -> str:
    return question.rstrip("?？。. ")


def _interleaved(one: Sequence[RankedPassage], other: Sequence[RankedPassage]) -> list[RankedPassage]:
    """Return the passages of two rankings, the best of each first."""
    seen: dict[tuple[str, int], RankedPassage] = {}
    for hit in (hit for pair in zip_longest(one, other) for hit in pair if hit):
        seen.setdefault((hit.document.id, hit.passage.start), hit)
    return list(seen.values())


def _reranked(ranked: Sequence[RankedPassage], read: Sequence[int], found: Sequence[Found]) -> list[RankedPassage]:
    """Return the passages by the best candidate of each that was read, the others after them, scores in order."""
    best: dict[int, float] = {}
    for one in found:
        best.setdefault(read[one.candidate.rank], one.total - _DROPPED * bool(one.dropped))
    order = sorted(range(len(ranked)), key=lambda i: (-best.get(i, -math.inf), i))
    scores = sorted((hit.score for hit in ranked), reverse=True)
    return [replace(ranked[i], score=score) for i, score in zip(order, scores, strict=True)]


def _first_of_each(ranked: Sequence[RankedPassage]) -> list[RankedPassage]:
    """Return passages once each, best first."""
    seen: dict[tuple[str, int], RankedPassage] = {}
    for hit in sorted(ranked, key=lambda one: -one.score):
        seen.setdefault((hit.document.id, hit.passage.start), hit)
    return list(seen.values())


def _timings(began: float, retrieving: float) -> dict[str, float]:
    total = time.perf_counter() - began
    spans = {"retrieve": retrieving, "read": total - retrieving, "total": total}
    return {name: round(1000 * seconds, 1) for name, seconds in spans.items()}


def _nearest(ranked: Sequence[RankedPassage]) -> tuple[Document, Span] | None:
    """Return the best sentence that is no heading."""
    for hit in ranked:
        headings = {(heading.start, heading.end) for heading in hit.document.headings}
        for sentence in hit.sentences:
            if sentence.span not in headings:
                return hit.document, sentence.span
    return None


def _found(hit: RankedPassage) -> FoundPassage:
    start, end = hit.passage.start, hit.passage.end
    return FoundPassage(hit.document.id, start, end, round(hit.score, 4), hit.document.text[start:end])
