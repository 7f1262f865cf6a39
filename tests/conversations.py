"""The conversations of tests/accuracy, and whether a follow-up was answered as its whole question is."""

import json
from dataclasses import dataclass
from pathlib import Path

ACCURACY = Path(__file__).parent / "accuracy"
RECALLS = {"more", "source"}  # what asks for the same once more has no other answer than the question before


@dataclass(frozen=True)
class Turn:
    """Hold a message that stands behind others, and the whole question that a careful person understands."""

    id: str
    language: str
    kind: str
    question: str
    history: tuple[str, ...]
    whole: str
    follows: bool


def read_lines(name):
    """Return the objects of a file of tests/accuracy."""
    return [json.loads(line) for line in (ACCURACY / name).read_text(encoding="utf-8").splitlines()]


def read_turns(*names):
    """Return the later turns of the conversations in some files, small talk left out."""
    found = []
    for conversation in (one for name in names for one in read_lines(name)):
        said = []
        for number, turn in enumerate(conversation["turns"]):
            if number and "whole" in turn:
                language = turn.get("language", conversation["language"])
                found.append(
                    Turn(
                        f"{conversation['id']}-{number}",
                        language,
                        turn["kind"],
                        turn["question"],
                        tuple(said),
                        turn["whole"],
                        turn["follows"],
                    )
                )
            said.append(turn["question"])
    return found


def same_answer(one, other):
    """Tell whether two answers say the same first: the first of each overlaps with one of the other's first three."""
    if one.status != other.status or one.status != "answered":
        return one.status == other.status
    return _said(one.facts[0].value, other) and _said(other.facts[0].value, one)


def _said(value, answer):
    return any(value in fact.value or fact.value in value for fact in answer.facts[:3])


def as_whole(assistant, turn):
    """Tell whether a follow-up is answered as its whole question; one for more or the source, whether it is known."""
    answer = assistant.ask(turn.question, history=turn.history)
    if turn.kind in RECALLS:
        return answer.asked_as is not None
    return same_answer(answer, assistant.ask(turn.whole))
