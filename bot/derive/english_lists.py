"""Bot stage: the things that an English question names side by side, and what is said of all of them."""

import re

from bot.quantities import Quantity, read
from corpus.places import placed

BE = r"(?:is|are|was|were|be|been)"


VERB = rf"(?:{BE}|did|does|do|has|have|had|came|come|comes|went|goes|cost|costs|got|get|gets|received?|make|makes|made|add|adds|work|works|amount|will|would|could|can)"


ARTICLE = re.compile(r"^(?:(?:the|a|an|all|both|its|their|his|her)\s+)+", re.IGNORECASE)


# What stands before the first thing of a list: the last of these words, and what stands behind the last thing.
_LEAD = re.compile(
    rf"\b(?:how many|how much|{VERB}|on|for|in|at|into|of|to|by|with|from|between|both|among|spent|put|invested|donated|built|count|counting|"
    r"taking|take|add|adding|sum|if you|you|we|i|which|what|who|whether|than|more|most|less|fewer|larger|bigger|that|the number of)\b\s*|[,:]\s*",
    re.IGNORECASE,
)


TAIL = re.compile(
    rf"\s+(?:{VERB}|together|combined|altogether|in total|in all|in|at|by|under|during|since|that|who|which|put|over|there|"
    r"sold|sell|sent|send|given|give|taught|teach|held|taken|take|brought|bring|spend|build|train|invest|provide|create|plant|cover|put|\w+ed|on|for|as|across|through|come to)\b|[,;:](?=\s|$)",
    re.IGNORECASE,
)


_JOINT = re.compile(
    r",\s*(?:and|or|plus)\s+|\s+(?:and|or|plus|versus|vs\.?|added to|along with|as well as)\s+|,\s+", re.IGNORECASE
)


_HARD_JOINT = re.compile(r"\s+(?:and|or|plus|versus|vs\.?|added to|along with|as well as)\s+", re.IGNORECASE)


def things_listed(question: str) -> tuple[str, list[str], str] | None:
    """Return what stands before a list of things, the things, and what stands behind them."""
    hard = list(_HARD_JOINT.finditer(question))
    if not hard:
        return None
    last = hard[-1]
    leads = [match.end() for match in _LEAD.finditer(question, 0, last.start())]
    joints = list(_JOINT.finditer(question, 0, last.end()))
    # Commas of a list stand between the same things as its last joint.
    while len(joints) > 1 and TAIL.search(question, joints[-2].end(), joints[-1].start()):
        break
    begin = max([at for at in leads if at < joints[0].start()], default=0) if joints else max(leads, default=0)
    begin = _reached_back(question, begin, leads, last.end())
    first = question[begin : joints[0].start()]
    if len(joints) > 1 and (not first.strip() or TAIL.search(first)):
        joints = [one for one in joints if one.start() >= hard[0].start()] or [last]
        begin = max([at for at in leads if at <= joints[0].start()], default=0)
    tail = TAIL.search(question, last.end() + 3) if last.end() + 3 < len(question) else None
    end = tail.start() if tail else len(question)
    prepositions = r"(?:in|under|on|for|at|to|into)\b"
    reached = re.search(rf"\b{prepositions}\s+$", question[:begin], re.IGNORECASE)
    if reached and re.match(prepositions, question[last.end() :], re.IGNORECASE):
        begin = reached.start()
    things, at = [], begin
    for joint in joints:
        things.append(question[at : joint.start()])
        at = joint.end()
    things.append(question[at:end])
    things = [re.sub(r"^(?:both|either|and|or)\s+", "", one.strip(" ,"), flags=re.IGNORECASE) for one in things]
    things = [one for one in things if one]
    if len(things) < 2:
        return None
    return question[:begin].strip(), with_head(things), question[end:].strip(" ,")


def _reached_back(question: str, begin: int, leads: list[int], last: int) -> int:
    """Return where the first thing begins that goes on before "of": 5 billion yuan of sales, outlets of Zhejiang."""
    before = re.search(r"\bof\s+$", question[:begin])
    if not before:
        return begin
    first = [one for one in read(question[: before.start()].rstrip(), "en") if isinstance(one, Quantity)]
    if first and first[-1].end == len(question[: before.start()].rstrip()):
        return first[-1].start
    own = [there for there, _ in placed(question[begin:last], "en")]
    if own and own[0][0] == 0 and re.search(r"\bof\s+[A-Z]", question[last:]):
        return max([at for at in leads if at < before.start()], default=0)
    return begin


def with_head(things: list[str]) -> list[str]:
    """Give each thing the noun that the last one says for all: offline and online shops."""
    if re.match(r"(?:the|a|an)\s", things[-1], re.IGNORECASE) and re.match(r"(?:the|a|an)\s", things[0], re.IGNORECASE):
        return things
    last = bare_name(things[-1]).split()
    if last and not re.search(r"s$|people|staff|children|women|men|sales|money|income", last[-1]):
        return things
    if len(last) < 2 or re.match(r"(?:in|under|on|for|at|to|into)$", last[0], re.IGNORECASE):
        return things
    lone = [
        len(bare_name(one).split()) == 1 and not re.search(r"(?:s|ing|ed)$", bare_name(one)) and not placed(one, "en")
        for one in things[:-1]
    ]
    return [f"{one} {last[-1]}" if alone else one for one, alone in zip(things, [*lone, False], strict=True)]


def asked_of(one: str, other: str) -> str:
    """Return what is asked of one thing asked of another: "masks were donated" than "thermometers"."""
    other = other.strip()
    first = other.split()[0].lower()
    if first in {"on", "for", "in", "by", "to", "from", "of"}:
        at = one.lower().rfind(f" {first} ")
        if one.lower().startswith(f"{first} "):
            return other
        return f"{one[:at]} {other}" if at >= 0 else f"{one} {other}"
    subject = re.match(
        r"(?P<verb>(?:did|does|do|is|are|was|were|has|have)\s+)(?P<who>.+?)(?P<rest>\s+\S+)?$", one, re.IGNORECASE
    )
    if subject:
        return f"{subject['verb']}{other}{subject['rest'] or ''}"
    there, own = placed(other, "en"), placed(one, "en")
    if there and own and len(other.split()) <= 2:
        return one[: own[0][0][0]] + other + one[own[0][0][1] :]
    verb = re.search(rf"\s+(?:{VERB}|\w+ed)\b.*$", one, re.IGNORECASE)
    if verb and not re.search(rf"\b{VERB}\b", other, re.IGNORECASE):
        return f"{other}{verb[0]}"
    return other


def bare_name(text: str) -> str:
    """Return a name without its articles."""
    return ARTICLE.sub("", text.strip(" ,")).strip()


def plural_of(noun: str) -> str:
    """Return what several of a thing are called."""
    head, _, last = noun.rpartition(" ")
    if last.endswith("s") or last.lower() in {"people", "staff", "mu", "children"}:
        return noun
    last = {"person": "people", "child": "children"}.get(last.lower(), re.sub(r"(?<![aeiou])y$", "ie", last) + "s")
    return f"{head} {last}".strip()
