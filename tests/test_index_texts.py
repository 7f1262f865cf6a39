"""The groups in which texts become vectors: they depend on a report's own texts alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from index.texts import groups
from scale import scaled

REPORTS = st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=300), min_size=1, max_size=4)


def listed(reports):
    texts = [text for report in reports for text in report]
    return texts, [str(number) for number, report in enumerate(reports) for _ in report]


def keys_of(reports):
    """Return the keys of each report's groups."""
    texts, owners = listed(reports)
    found = {}
    for one in groups(texts, owners):
        found.setdefault(owners[one.start], []).append(one.key)
    return found


@settings(max_examples=scaled(40, 500), deadline=None)
@given(REPORTS)
def test_groups_hold_every_text_once_and_in_order_and_never_span_reports(reports):
    texts, owners = listed(reports)

    found = list(groups(texts, owners))

    assert [at for one in found for at in range(one.start, one.end)] == list(range(len(texts)))
    assert all(len(set(owners[one.start : one.end])) == 1 for one in found)
    assert all(one.end - one.start <= 128 for one in found)


@settings(max_examples=scaled(40, 500), deadline=None)
@given(REPORTS, REPORTS)
def test_groups_of_a_report_are_the_same_whatever_else_is_indexed(reports, others):
    alone = [keys_of([report])["0"] for report in reports]

    together = keys_of([*others, *reports])

    assert [together[str(len(others) + number)] for number in range(len(reports))] == alone


def test_a_changed_text_changes_its_group_and_at_most_a_few_behind_it():
    texts = [f"sentence {number}" for number in range(3000)]
    before = {one.key for one in groups(texts, ["r"] * 3000)}

    for at in (0, 1234, 2999):
        changed = [*texts[:at], "another sentence", *texts[at + 1 :]]
        after = {one.key for one in groups(changed, ["r"] * 3000)}
        assert len(after - before) <= 3
        inserted = [*texts[:at], "one more sentence", *texts[at:]]
        assert len({one.key for one in groups(inserted, ["r"] * 3001)} - before) <= 3


def test_where_one_text_ends_matters():
    assert [one.key for one in groups(["ab", "c"], ["r"] * 2)] != [one.key for one in groups(["a", "bc"], ["r"] * 2)]


def test_lone_surrogates_have_a_key():
    assert [(one.start, one.end) for one in groups(["\ud800"], ["r"])] == [(0, 1)]


def test_no_texts_make_no_groups():
    assert list(groups([], [])) == []
