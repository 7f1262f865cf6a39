"""Who may ask, and how often."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import access
from bot.messenger.access import Access

PERSON, GUEST, BOSS, GROUP = 100, 200, 300, -1001


@pytest.fixture
def clock(monkeypatch):
    """Give a list whose one number is the time by which the pace is counted."""
    now = [1000.0]
    monkeypatch.setattr("throttled.utils.now_mono_f", lambda: now[0])
    return now


def taken(access, user, times=1):
    async def each():
        return [await access.take(user) for _ in range(times)]

    return asyncio.run(each())


def test_an_empty_list_lets_everybody_in():
    access = Access(admins=[BOSS])
    assert access.allowed(GUEST, GUEST)
    assert not access.is_admin(GUEST)


@pytest.mark.parametrize(
    ("user", "chat", "expected"),
    [
        (PERSON, PERSON, True),
        (PERSON, -5, True),  # a user on the list may ask in any chat
        (GUEST, GROUP, True),  # whoever is in a chat on the list
        (GUEST, GUEST, False),
        (GUEST, -5, False),
        (BOSS, BOSS, True),
        (None, GROUP, True),  # an update without a sender
        (None, -5, False),
        (None, None, False),
    ],
)
def test_users_chats_and_admins_are_let_in(user, chat, expected):
    assert Access(allow=[PERSON, GROUP], admins=[BOSS]).allowed(user, chat) is expected


def test_nobody_is_no_admin():
    assert not Access(admins=[BOSS]).is_admin(None)
    assert Access(admins=[BOSS]).is_admin(BOSS)


def test_a_minutes_questions_may_come_at_once_then_one_each_few_seconds(clock):
    access = Access(questions_per_minute=20)
    assert taken(access, PERSON, 20) == [0.0] * 20
    assert taken(access, PERSON) == [pytest.approx(3.0)]
    assert taken(access, GUEST) == [0.0]
    clock[0] += 1.0
    assert taken(access, PERSON) == [pytest.approx(2.0)]
    clock[0] += 2.001
    assert taken(access, PERSON, 2) == [0.0, pytest.approx(2.999)]


def test_a_refused_question_does_not_count(clock):
    access = Access(questions_per_minute=1)
    taken(access, PERSON)
    assert taken(access, PERSON, 50) == [pytest.approx(60.0)] * 50


def test_who_waits_as_long_as_told_may_ask(clock):
    @given(st.integers(1, 600), st.lists(st.floats(0, 40), max_size=40))
    def property(per_minute, pauses):
        access = Access(questions_per_minute=per_minute)
        for pause in pauses:
            clock[0] += pause
            wait = taken(access, PERSON)[0]
            assert 0 <= wait <= 60 / per_minute + 1e-6
            clock[0] += wait + 1e-6 * bool(wait)
            assert not wait or taken(access, PERSON) == [0.0]

    property()


def test_users_who_asked_longest_ago_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr(access, "_REMEMBERED", 3)
    some = Access(questions_per_minute=1)
    for user in (1, 2, 3):
        assert taken(some, user) == [0.0]
    assert taken(some, 1)[0] > 0  # asked just now, so 2 is the longest idle
    assert taken(some, 4) == [0.0]
    assert taken(some, 1)[0] > 0
    assert taken(some, 2) == [0.0]


def test_two_bots_in_one_process_count_apart():
    first, second = Access(questions_per_minute=1), Access(questions_per_minute=1)
    assert [taken(first, PERSON)[0], taken(second, PERSON)[0]] == [0.0, 0.0]
    assert taken(first, PERSON)[0] > 0
