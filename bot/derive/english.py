"""Bot stage: what an English question wants worked out, and from which operands."""

import re
from dataclasses import replace

from bot.derive.english_lists import ARTICLE, BE, TAIL, VERB, asked_of, bare_name, plural_of, things_listed, with_head
from bot.derive.english_parts import by_parts, of_sides, of_times
from bot.derive.english_patterns import (
    AVERAGE,
    AVERAGES,
    COMPARED,
    COMPARES,
    DID_MORE,
    EITHER,
    EXCEEDS,
    MORE_THAN,
    ON_AVERAGE,
    SHARES,
    TIMES,
    WITHOUT,
)
from bot.derive.english_rephrase import rephrased
from bot.derive.plan import MOST_OPERANDS, Operation, Plan, Wanted, cues
from bot.quantities import Quantity, read
from corpus.places import placed

_COUNTS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
_GROUP = re.compile(
    rf"\b(?:the|all|these|those|its|their)\s+(?:of the )?(?P<count>{'|'.join(_COUNTS)}|\d{{1,2}})\s+(?P<noun>(?!reports?\b|years?\b|months?\b|times\b)[a-z][\w' -]{{2,50}}?)"
    rf"(?=\s+(?:{VERB}|together|combined|altogether|in|put|that|which|\w+ed|on|for)\b|[,;]|$)",
    re.IGNORECASE,
)
# Words of the asking, which a list ends with: "and by how many".
_NO_THING = re.compile(r"(?:by|of|in|and|or|how|many|much|what|which|the|them|these|those|it|\s)+", re.IGNORECASE)
_KINDS = re.compile(
    rf"\b(?:of )?(?:all(?: the| of the| of its)? (?P<count>{'|'.join(_COUNTS)})|both) (?:kinds|types|sorts|categories)\b(?: together| of them| taken together)?",
    re.IGNORECASE,
)
_ASKS = re.compile(r"how (?:many|much)|number of|amount of", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:invest\w*|money|cost\w*|fund\w*|spend\w*|spent|sales value|yuan|aid (?:money|funds?|spending)|price|value|revenue|budget|scholarship)\b",
    re.IGNORECASE,
)
_EACH_OR_AVERAGE = re.compile(r"\b(?:average|mean|per|each|every|apiece)\b", re.IGNORECASE)
_COSTLY = re.compile(
    r"\b(?:dear(?:er|est)|cost(?:lier|liest|ly)|pric(?:ier|iest|ey)|cheap(?:er|est)|expensive)\b", re.IGNORECASE
)
_NO_SIDE = re.compile(r"^(?:what|how much) (?:is|are|was|were)\s+|,.*$", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?:to|of|in|for|at|from|with|on|by)\b", re.IGNORECASE)
_OF_WHAT = re.compile(r"\s+(?:to|of|in|for|at|from|with|on|by)\s", re.IGNORECASE)
_MEAN = re.compile(
    r"\b(?:on |yearly |the |what(?:['’]s| is) the )*(?:average|mean|averaged)(?: of| number of)?\b", re.IGNORECASE
)
_WHICH = re.compile(r"^(?:and )?(?:which|who|what)(?: one| of (?:them|these|those|the two))?\b\s*", re.IGNORECASE)


def planned(question: str) -> Plan | None:
    """Return how a question, without the mark at its end, is worked out."""
    if cues("en")["everything"].search(question):
        return Plan("sum", (), question, everything=True)
    question = rephrased(question)
    question = re.sub(r"\b(what|how|who|that)(?:['’]s)\b|\b(what)s\b", r"\1\2 is", question, flags=re.IGNORECASE)
    for reading in (
        of_times,
        _grouped_mean,
        _more_than,
        _multiple,
        _without,
        _share,
        _average,
        of_sides,
        _gap,
        _largest,
        _total,
        by_parts,
    ):
        plan = reading(question)
        if plan:
            named = tuple(one for one in plan.wanted if not _NO_THING.fullmatch(one.name))
            return replace(plan, wanted=named) if len(named) > 1 else plan
    return None


def _grouped_mean(question: str) -> Plan | None:
    """Return how the mean of so many things is worked out: the average of the five clinics."""
    group = _GROUP.search(question) if _MEAN.search(question) else None
    if not group or not 1 < (number := _number(group["count"])) <= MOST_OPERANDS:
        return None
    bare = " ".join(_MEAN.sub(" ", question).split()).strip(" ,")
    return Plan("mean", (Wanted(bare_name(group["noun"]), _asking(bare)),), question, group=number)


def _more_than(question: str) -> Plan | None:
    match = MORE_THAN.search(question)
    if match and (not match["lead"].strip() or re.search(r"[,:]\s*$|\bby\s*$", match["lead"])):
        one, other, much = match["one"].strip(), match["other"].strip(), match["much"].lower()
        other, _, context = other.partition(", ")
        rest = TAIL.search(other)
        if rest and not re.search(rf"\b(?:{VERB}|\w+ed)\b", one) and other[: rest.start()].strip():
            one, other = f"{one}{other[rest.start() :]}", other[: rest.start()]
        if re.match(r"(?:already|still|under|in|being|yet|\w+ing)\b", other, re.IGNORECASE):
            subject = re.match(rf"(.+?\s{BE})\s", one, re.IGNORECASE)
            second = f"{subject[1] if subject else ''} {other}".strip()
        else:
            second = asked_of(one, other)
        one, second = (f"{text} {context}".strip() for text in (one, second))
        first, second = f"how {much} {one}", f"how {much} {second}"
        return Plan("difference", (Wanted(bare_name(one), first), Wanted(bare_name(other), second)), question)
    match = EXCEEDS.search(question)
    return _both("difference", match, question) if match else None


def _multiple(question: str) -> Plan | None:
    for pattern in TIMES:
        match = pattern.search(question)
        if match and "per cent" not in question:
            one, other = match["one"].strip(), match["other"].strip()
            one = re.sub(rf"^{BE}\s+", "", one, flags=re.IGNORECASE)
            about = re.match(r"^(.{3,}?)\s*[:,]\s*$", question[: match.start()])
            second = asked_of(one, other)
            one, second = (f"{about[1]} {text}" if about else text for text in (one, second))
            return Plan(
                "ratio", (Wanted(bare_name(one), _asking(one)), Wanted(bare_name(other), _asking(second))), question
            )
    match = COMPARED.search(question)
    if match and re.search(r"ratio|how many times", match["asks"] or "", re.IGNORECASE):
        rest = match["rest"] or ""
        both = [Wanted(bare_name(one), _asking(f"{one}{rest}")) for one in (match["one"], match["other"])]
        return Plan("ratio", tuple(both), question)
    return None


def _without(question: str) -> Plan | None:
    for pattern in WITHOUT:
        match = pattern.search(question)
        if match:
            whole = re.sub(r"^how (much|many) of ", r"how \1 ", match["whole"].strip(), flags=re.IGNORECASE)
            called = re.sub(r"^how (?:much|many) ", "", whole, flags=re.IGNORECASE)
            if re.match(rf"{match['part'].split()[0]}\b", bare_name(match["whole"]), re.IGNORECASE):
                return None
            part = TAIL.split(match["part"])[0].strip()
            about = f"{part} of {bare_name(called)}"
            whole = f"how much was {called}" if _MONEY.search(called) else whole
            return Plan(
                "difference", (Wanted(bare_name(called), whole), Wanted(bare_name(part), _asking(about))), question
            )
    return None


def _share(question: str) -> Plan | None:
    for pattern in SHARES:
        match = pattern.search(question)
        if match:
            part, whole = match["part"].strip(), match["whole"].strip()
            about = f"how {'much money' if _MONEY.search(whole) else 'many'} of {whole} {match.groupdict().get('verb') or 'was'} {part}"
            return Plan(
                "share", (Wanted(bare_name(part), _asking(about)), Wanted(bare_name(whole), _asking(whole))), question
            )
    return None


def _average(question: str) -> Plan | None:
    if not AVERAGE.search(question):
        return None
    bare = ON_AVERAGE.sub(" ", question).strip()
    if bare != question:
        bare = re.sub(r"\b(did|does|do) an? ", r"\1 one ", bare, count=1, flags=re.IGNORECASE)
    for pattern in AVERAGES:
        match = pattern.search(bare)
        if match:
            found = match.groupdict()
            stated = re.match(r"(?:of\s+)?(?:the\s+)?(?P<figure>[\d,]+\s+)?", found["each"], re.IGNORECASE)
            figure = stated["figure"] or "" if stated else ""
            each = found["each"][stated.end() if stated else 0 :]
            there = placed(each, "en")
            end = min(
                [one.start() for one in (TAIL.search(each), _OF_WHAT.search(each)) if one and one.start()]
                + [a for (a, _), _ in there if a > 0]
                + [len(each)]
            )
            each, context = each[:end].strip(" ,"), each[end:].strip(" ,")
            if not each:
                continue
            joint = "" if _PREPOSITION.match(context) else "were "
            many = f"{plural_of(each)} {joint}{context}" if context else plural_of(each)
            if found.get("sum"):
                whole = _asking(found["sum"])
            elif found.get("whole"):
                about = (
                    f"{found['whole']} {many}"
                    if each.split()[-1].lower() not in found["whole"].lower()
                    else found["whole"]
                )
                whole = _asking(about if _ASKS.search(about) else re.sub(r"^the\s+", "", about))
            else:
                lead = re.sub(r"^(?:how much|what)$", "how much money", found["lead"], flags=re.IGNORECASE)
                whole = f"{lead} {found['verb']} the {many} {found['rest']}"
            wanted = Wanted(whole, whole), Wanted(f"{figure}{many}", f"how many {many}")
            return Plan("average", wanted, bare, weak=not _EACH_OR_AVERAGE.search(question))
    return None


def _gap(question: str) -> Plan | None:
    found = cues("en")["difference"].search(question)
    if found and re.match(r"\s*an?\s", question[found.end() :], re.IGNORECASE):
        return None
    listed = things_listed(question[found.end() :].strip()) if found else None
    if not listed or len(listed[1]) != 2:
        return None
    lead, names, _ = listed
    return Plan(
        "difference", tuple(Wanted(bare_name(one), _asking(f"{lead} {one}".strip())) for one in names), question
    )


def _largest(question: str) -> Plan | None:
    cue = cues("en")
    match = DID_MORE.search(question)
    if match and not re.match(r"\d", match["other"]):
        one, other = match["one"].strip(), match["other"].strip()
        much = "how much" if _MONEY.search(match["lead"] + one) else "how many"
        both = ((one, one), (other, asked_of(one, other)))
        wanted = tuple(Wanted(bare_name(name), f"{match['lead']}{much} {text}") for name, text in both)
        return Plan("maximum", wanted, question, compared=True)
    word = COMPARES.search(question) or cue["compare"].search(question)
    least, most = cue["least"].search(question), cue["most"].search(question)
    if not word or re.search(r"\b(?:more|less|fewer) than \d", question):
        return None
    operation: Operation = "minimum" if least and not most else "maximum"
    much = "how much" if _MONEY.search(question) else "how many"
    bare = _WHICH.sub("", question[: word.start()] + much + question[word.end() :]).strip(" ,")
    if cue["reports"].search(question):
        rest = cue["reports"].sub(
            "", _WHICH.sub("", cue["reports"].sub("", question[: word.start()]) + much + question[word.end() :])
        )
        either = EITHER.search(rest)
        rest = " ".join(
            re.sub(r"^(?:reports?|on|for|by)\b", "", either["head"] if either else rest).strip(" ,").split()
        )
        return Plan(operation, (Wanted(rest, rest),), question, of_reports=True, compared=True)
    either = EITHER.search(question)
    if either:
        names = with_head([one.strip() for one in re.split(r",\s*or\s+|,\s*|\s+or\s+", either["list"]) if one.strip()])
        head = " ".join(COMPARES.sub("", _WHICH.sub("", re.sub(r"what['’]s", "what is", either["head"]))).split())
        head = re.sub(
            rf"^(?:what |which )?(?:{BE} )?(?:the )?(?:group |category |number |kind )?", "", head, flags=re.IGNORECASE
        )
        among = re.match(r"(?:among|of|out of)\s+", head, re.IGNORECASE)
        head = re.sub(r"\s+of$", "", head)
        much = (
            "how much money" if much == "how much" and "money" not in question[either.start("list") :] + head else much
        )
        texts = (
            f"how much did {one} cost"
            if _COSTLY.search(question)
            else f"{much} of {head[among.end() :]} are {one}"
            if among
            else f"{much} {bare_name(one)} {head}"
            for one in names
        )
        wanted = tuple(Wanted(bare_name(one), " ".join(text.split())) for one, text in zip(names, texts, strict=True))
        return Plan(operation, wanted, question, compared=True)
    listed = things_listed(question)
    alternatives = re.search(r"\b(?:or|versus|vs)\b", question, re.IGNORECASE) or re.search(
        r"\bwhich\b.*\bof\b.*,", question
    )
    if listed and alternatives:
        lead, names, tail = listed
        rest = _WHICH.sub("", COMPARES.sub(much, f"{lead} @ {tail}")).strip(" ,:")
        rest = rest if "how m" in rest else f"{much} {rest}"
        wanted = tuple(
            Wanted(bare_name(one), " ".join(rest.replace("@", one).replace(" ,", ",").split())) for one in names
        )
        return Plan(operation, wanted, question, compared=True)
    group = _GROUP.search(question)
    if group and re.match(r"(?:which|what|who)\b|of\b", question, re.IGNORECASE):
        return Plan(
            operation, (Wanted(bare_name(group["noun"]), bare),), question, group=_number(group["count"]), compared=True
        )
    return None


def _total(question: str) -> Plan | None:
    cue = cues("en")["sum"]
    if not cue.search(question) and not re.search(r"\bplus\b", question) and not _KINDS.search(question):
        return None
    plain = " ".join(cue.sub(" ", question).split())
    weak = not cues("en")["strong"].search(question)
    if re.search(r"\b(?:each|respectively|vs\.?|versus|both for)\b", question, re.IGNORECASE):
        return None
    kinds = _KINDS.search(question)
    if kinds:
        rest = " ".join(_KINDS.sub(" ", question).split()).strip(" ,")
        return Plan(
            "sum", (Wanted(bare_name(kinds[0]), _asking(rest)),), question, group=_number(kinds["count"] or "two")
        )
    group = _GROUP.search(question)
    if (
        group
        and (number := _number(group["count"]))
        and number <= MOST_OPERANDS
        and (" and " in group["noun"] or not things_listed(plain))
    ):
        return Plan("sum", (Wanted(bare_name(group["noun"]), _asking(plain)),), plain, group=number)
    reports = cues("en")["reports"].search(plain)
    if reports:
        rest = cues("en")["reports"].sub("", plain).strip(" ,")
        return Plan("sum", (Wanted(bare_name(rest), rest),), plain, of_reports=True, weak=weak)
    names = [_NO_SIDE.sub("", one.strip()) for one in plain.split(" plus ")]
    if (
        len(names) > 1
        and " and " in plain
        and all(re.match(r"(?:the|its|their) ", one, re.IGNORECASE) for one in names)
    ):
        # What "and" joins on either side of "plus" is one thing.
        return Plan("sum", tuple(Wanted(bare_name(one), _asking(one)) for one in names), plain, weak=weak)
    listed = things_listed(plain)
    if listed:
        lead, names, tail = listed
        wanted = tuple(Wanted(bare_name(one), _asking(f"{lead} {one} {tail}")) for one in names)
        return Plan("sum", wanted, plain, weak=weak)
    return None


def _both(operation: Operation, match: re.Match[str], question: str) -> Plan:
    one, other = match["one"].strip(), match["other"].strip()
    return Plan(operation, (Wanted(bare_name(one), _asking(one)), Wanted(bare_name(other), _asking(other))), question)


def _asking(text: str) -> str:
    text = " ".join(text.split()).strip(" ,")
    if _ASKS.search(text):
        return text
    text = re.sub(r"^(?:what|which) (?:is|was|are|were|do|does|did)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^what\s+", "", text, flags=re.IGNORECASE)
    return f"how much was {text}" if _MONEY.search(text) else f"how many {ARTICLE.sub('', text)}"


def _number(written: str) -> int:
    found = read(f"{written} people", "en")
    return next((int(one.number) for one in found if isinstance(one, Quantity)), _COUNTS.get(written.lower(), 0))
