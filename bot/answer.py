"""Bot stage: what an answer is, and the record that machines read."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from corpus.document import Language

Status = Literal["answered", "not_found", "chat", "clarify", "error"]


@dataclass(frozen=True, slots=True)
class SourceStretch:
    """Hold a part of a quote as it stands in the file; what a file does not have, as pages or cells, is None.

    `line` counts in the file, or, where its format has no lines, in the text extracted from it.
    """

    line: int
    page: int | None
    text: str
    sheet: str | None = None
    cell: str | None = None
    slide: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Prove a fact: `quote` is `text[start:end]` of the report, a whole sentence or more.

    `source` is what the quote is made of, in reading order; more than one stretch where repair joined
    what the file holds apart.
    """

    number: int
    document: str
    title: str
    heading: tuple[str, ...]
    quote: str
    start: int
    end: int
    source: tuple[SourceStretch, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a figure that was read: a plain decimal number, its unit and how exact it is."""

    number: str
    unit: str | None
    approximation: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Hold one thing that the reports state; `value` is verbatim from one of its quotes.

    `scope` says whose it is and for when; `citations` are numbers of the answer's citations.
    """

    value: str
    display: str
    scope: str
    confidence: float
    citations: tuple[int, ...]
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """Hold a passage that was looked at; `score` is in [0, 1], higher is better."""

    document: str
    start: int
    end: int
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer with everything that proves it, facts and passages best first.

    `asked_as` is the whole question where the conversation changed it; `choices` are the questions to choose from
    where a message may mean different things and the answer asks back.
    """

    question: str
    status: Status
    language: Language
    text: str
    facts: tuple[Fact, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[FoundPassage, ...] = ()
    asked_as: str | None = None
    derived: dict[str, Any] | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    choices: tuple[str, ...] = ()

    def record(self, id: object = None) -> dict[str, Any]:
        """Return the answer as the record that `ask --json` and `batch` print."""
        return {
            "id": id,
            "question": self.question,
            "asked_as": self.asked_as,
            "language": self.language,
            "status": self.status,
            "text": self.text,
            "facts": [asdict(fact) for fact in self.facts],
            "citations": [asdict(citation) for citation in self.citations],
            "passages": [asdict(passage) for passage in self.passages],
            "derived": self.derived,
            "timings_ms": self.timings_ms,
            **({"choices": list(self.choices)} if self.choices else {}),
        }
