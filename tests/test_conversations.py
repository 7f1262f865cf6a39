"""Conversations of the real parts: follow-ups, fresh questions, and small talk."""

import random
import tomllib

import pytest

from bot.converse import Understood, understood
from bot.turns.talk import small_talk
from conversations import ACCURACY, RECALLS, as_whole, read_lines, read_turns
from scale import scaled

FLOORS = tomllib.loads((ACCURACY / "floors.toml").read_text(encoding="utf-8"))["conversations"]
TURNS = read_turns("conversations_zh.jsonl", "conversations_en.jsonl")
FOLLOWING = [turn for turn in TURNS if turn.follows]
FRESH = read_lines("fresh.jsonl")
TALK = {"abilities": "about", "identity": "about", "help": "about", "reports": "sources"}
TALK |= {"about_reports": "contents", "none": None}


def test_there_are_enough_conversations_in_both_languages():
    assert len(read_lines("conversations_zh.jsonl")) >= 30
    assert len(read_lines("conversations_en.jsonl")) >= 30
    assert len(FRESH) >= 100


@pytest.mark.parametrize("one", read_lines("small_talk.jsonl"), ids=lambda one: one["message"])
def test_small_talk_is_known_as_what_it_is(one):
    assert small_talk(one["message"]) == TALK.get(one["kind"], one["kind"])


@pytest.mark.model
@pytest.mark.slow
def test_no_fresh_question_is_changed_by_what_was_said_before(shipped_assistant):
    knowledge = shipped_assistant.knowledge
    said_to_bot = [one for one in FRESH if not small_talk(one["question"], after_question=True)]
    asked = [(one["question"], one["history"]) for one in said_to_bot]
    asked += [(turn.question, turn.history) for turn in TURNS if not turn.follows]

    assert [said for said, history in asked if understood(said, history, knowledge) != Understood(said)] == []


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_follow_ups_are_answered_as_their_whole_questions(shipped_assistant, language):
    turns = [turn for turn in FOLLOWING if turn.language == language]
    asked = random.Random(5).sample(turns, scaled(24, len(turns)))
    right = {turn.id: as_whole(shipped_assistant, turn) for turn in asked}
    unknown = [turn.id for turn in asked if turn.kind in RECALLS and not right[turn.id]]
    answered = [right[turn.id] for turn in asked if turn.kind not in RECALLS]

    assert len(unknown) <= 1 + FLOORS["unknown"] * len(asked)
    # A sample of a few lies farther from the share of all.
    assert sum(answered) / len(answered) >= FLOORS[language] - scaled(0.15, 0.0)
