"""Messenger: an answer as pages: what it says, whose that is, the quote, where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answer import Answer
from bot.messenger.buttons import HIGHEST, data
from bot.messenger.clean_text import isolated, one_line
from bot.messenger.cutting import label, split
from bot.messenger.entries import Entry, Record, entries
from bot.messenger.markup import Block, Button, Page, Piece, Rows, line, page, pages
from bot.messenger.quoting import is_most_of, place, quotation, shown
from bot.messenger.words import tell
from corpus.document import Language

SHOWN_FACTS = 3
_LONGEST_QUOTE = 1200
_LONGEST_LINE = 4000  # and what isolates right-to-left writing
_LONGEST_ITEM = 200
_LONGEST_LABEL = 60
_IN_A_ROW = 8


@dataclass(frozen=True, slots=True)
class _Group:
    """Hold entries that the same quote proves."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        return self.entries[0]

    @property
    def facts(self) -> tuple[Record, ...]:
        return tuple(fact for entry in self.entries for fact in entry.facts)


def answer_pages(answer: Answer, key: str) -> list[Page]:
    """Return an answer as pages, the buttons under the last; `key` is that of the saved answer."""
    if answer.status == "clarify":
        return _clarify(answer, key)
    if answer.status in {"chat", "error"}:
        return text_pages(answer.text)
    record = answer.record()
    first, rest = _divided(entries(record))
    blocks = list(_asked_as(answer)) + _blocks(first, answer.language)
    rows = [*passage_rows(_cited(first), key, answer.language)]
    rows.append(_row_of_questions(key, answer.language, sum(len(entry.facts) for entry in rest)))
    judgement = [Button(tell(f"button_{kind}", answer.language), data(kind, key)) for kind in ("right", "wrong")]
    return pages(blocks or [line("…")], (*rows, tuple(judgement)))


def more_pages(record: Record, key: str, language: Language) -> list[Page]:
    """Return the facts that `answer_pages` did not show, with their quotes."""
    _, rest = _divided(entries(record))
    if not rest:
        return pages([line(tell("no_more", language))])
    blocks = [line(Piece(tell("more", language), "b")), *_blocks(rest, language)]
    return pages(blocks, tuple(passage_rows(_cited(rest), key, language)))


def fact_page(answer: Answer, at: int) -> Page:
    """Return the fact at a place of an answer with its question and quote, to be sent to any chat."""
    record = answer.record()
    fact = record["facts"][at]
    found = next(entry for entry in entries(record) if fact in entry.facts)
    alone = replace(found, words="", facts=(fact,))
    question = line(Piece(shown(answer.asked_as or answer.question), "i"))
    return page([question, *_blocks([alone], answer.language)])


def text_pages(text: str) -> list[Page]:
    """Return a text of any length and origin as pages, line by line, without markup."""
    return pages(_text(text) or [line("…")])


def passage_rows(numbers: Sequence[int], key: str, language: Language) -> Iterator[tuple[Button, ...]]:
    """Yield rows of buttons that open the passages of citations."""
    numbers = [number for number in numbers if 0 <= number <= HIGHEST]
    name = "button_passage" if len(numbers) == 1 else "button_passage_number"
    made = [Button(tell(name, language, number=number), data("passage", key, number)) for number in numbers]
    for at in range(0, len(made), _IN_A_ROW):
        yield tuple(made[at : at + _IN_A_ROW])


def _clarify(answer: Answer, key: str) -> list[Page]:
    choices = [one_line(choice) or "…" for choice in answer.choices]
    labels = [label(choice, _LONGEST_LABEL) for choice in choices]
    blocks = _text(answer.text) or [line("…")]
    if labels != choices:
        labels = [f"{number}. {one}" for number, one in enumerate(labels, 1)]
        blocks += [line(f"{number}. {shown(one)}", apart=number == 1) for number, one in enumerate(choices, 1)]
    rows: Rows = tuple((Button(isolated(one), data("choice", key, number)),) for number, one in enumerate(labels))
    return pages(blocks, rows)


def _divided(found: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the entries that are shown first, and those behind "more".

    Each question's best fact is shown, and what answers nothing but says so.
    """
    room = SHOWN_FACTS - sum(1 for entry in found if entry.facts and entry.begins)
    first, rest = [], []
    for entry in found:
        if entry.facts and not entry.begins:
            if room <= 0:
                rest.append(entry)
                continue
            room -= 1
        first.append(entry)
    return first, rest


def _grouped(found: Sequence[Entry]) -> list[_Group]:
    groups: list[_Group] = []
    for entry in found:
        for at, group in enumerate(groups):
            same = entry.citation and entry.citation == group.first.citation and entry.whose == group.first.whose
            if same and entry.facts and group.facts and not entry.words:
                groups[at] = _Group((*group.entries, entry))
                break
        else:
            groups.append(_Group((entry,)))
    return groups


def _blocks(found: Sequence[Entry], language: Language) -> list[Block]:
    blocks: list[Block] = []
    for group in _grouped(found):
        made = list(_group(group, language))
        blocks += [replace(block, apart=True) for block in made[:1]] + made[1:]
    return blocks


def _group(group: _Group, language: Language) -> Iterator[Block]:
    """Yield the blocks of facts and the quote that proves them."""
    first = group.first
    yield from _text(first.words)
    citation = first.citation
    for entry in group.entries:
        names = [f["display"] for f in entry.facts]
        if citation is None or not (len(names) == 1 and is_most_of(names[0], citation["quote"])):
            yield from _names(names, language)
    if citation is None:
        return
    whose = shown(first.whose)
    if whose and group.facts:
        yield line(whose)
    yield quotation(citation["quote"], [fact["value"] for fact in group.facts], language, _LONGEST_QUOTE)
    if whose and not group.facts:
        yield line(whose)
    yield place(citation, language, first.whose, [fact["value"] for fact in group.facts])


def _names(names: Sequence[str], language: Language) -> Iterator[Block]:
    """Yield what facts say, in bold, one after the other as a list is written."""
    if len(names) == 1:
        yield line(Piece(shown(names[0]), "b"))
    elif names:
        joint = "、" if language == "zh" else ", "
        yield line(Piece(joint.join(shown(name, _LONGEST_ITEM) for name in names), "b"))


def _text(text: str) -> list[Block]:
    """Return a text as blocks, a line each."""
    lines = [part for one in text.splitlines() for part in split(one_line(one), _LONGEST_LINE)]
    return [line(isolated(one)) for one in lines if one]


def _asked_as(answer: Answer) -> Iterator[Block]:
    if answer.asked_as:
        yield line(Piece(tell("asked_as", answer.language, question=shown(answer.asked_as)), "i"))


def _row_of_questions(key: str, language: Language, hidden: int) -> tuple[Button, ...]:
    why = Button(tell("button_why", language), data("why", key))
    return (Button(tell("button_more", language, count=hidden), data("more", key)), why) if hidden else (why,)


def _cited(found: Sequence[Entry]) -> list[int]:
    return list(dict.fromkeys(entry.citation["number"] for entry in found if entry.citation))
