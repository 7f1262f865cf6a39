"""Bot stage: a plan to its operands and its result, or to the reason why there is none."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.asked import asked
from bot.derive.beside import says_alike
from bot.derive.check import Objection
from bot.derive.concluded import SETS_AGAINST, Traced, Worked, concluded
from bot.derive.group import listed_figures
from bot.derive.operands import by_elimination, rivals, together, whole
from bot.derive.plan import FIGURES, MOST_OPERANDS, Plan, planned
from bot.derive.read_off import read_off
from bot.derive.sought import Operand, Sought, common_words, family
from bot.derive.stated import is_share, states
from bot.facts import Found
from bot.quantities import Quantity, read
from bot.saying import said_in
from corpus.document import Document, Language
from corpus.places import covers, levels, mentioned, placed

_PLACE_ONLY = re.compile(
    r"^(?:(?:for|in|by|from|of|the|whole|entire|that|one)\s+)+|[\s:：]*(?:figures?|numbers?|reports?|的)$",
    re.IGNORECASE,
)
# Objections that may as well come from a figure that is not the one asked for.
_MISTAKEN = frozenset({"units", "no_part", "unclear", "visits"})
_NEARLY = 0.5
_LEVELS = frozenset({"全省", "全市", "本省", "本市", "省里", "市里"})
_SURE = 0.35  # confidence that each operand needs
_TOLD = 0.35  # share of a question's words that a stated share's sentence says
_OWN = 0.5  # share of its own words that stand beside the figure of an operand


def worked(
    question: str, language: Language, trace: Callable[[str], Traced], documents: Mapping[str, Document]
) -> Worked | None:
    """Work out what a question asks for; None where it is a plain question, which a report answers by itself.

    `trace` answers a plain question; each operand is asked for by it, and so refused as any answer is.
    """
    plan = planned(question, language)
    if plan and plan.operation in FIGURES and _wants_no_figure(plan, question, language):
        return None
    done = _by_plan(plan, question, language, trace, documents) if plan else None
    if done and not (done.missing or (done.objection and done.objection.key in _MISTAKEN)):
        return done
    return read_off(plan, question, language, trace, done)


def _wants_no_figure(plan: Plan, question: str, language: Language) -> bool:
    """Tell whether a question asks for things, names or reasons, or just for what each report states."""
    what = asked(question, language)
    of_each = what.of_each and (plan.weak or plan.operation in ("average", "mean"))
    return of_each or what.wants in ("list", "name", "date", "explanation")


def _by_plan(
    plan: Plan,
    question: str,
    language: Language,
    trace: Callable[[str], Traced],
    documents: Mapping[str, Document],
) -> Worked | None:
    """Work out a plan; None where the question is a plain one after all."""
    if plan.everything:
        return Worked(plan, objection=Objection("everything", {}))
    if len(plan.wanted) > MOST_OPERANDS:
        return Worked(plan, objection=Objection("too_many", {"most": str(MOST_OPERANDS)}))
    plain = trace(plan.plain)
    best = next((one for one in plain.found if one.dropped is None), None)
    if plan.group:
        return _of_group(plan, trace, best)
    if plan.of_reports:
        sought = _in_each(plan, trace, language, documents)
    else:
        sought = _at_home(
            [_sought(one.name, trace(one.question), language) for one in plan.wanted], language, documents
        )
    if states(plan.operation, best, sought):
        return None
    chosen = together(plan.operation, sought, apart=plan.of_reports)
    chosen = [one and whole(one, sought, [other for other in chosen if other is not one]) for one in chosen]
    fit = [
        one if one and _sure(plan, at, one) and not _of_a_part(one, sought[at]) else None
        for at, one in enumerate(chosen)
    ]
    others = any(one and not one.asked and _sure(plan, at, replace(one, asked=True)) for at, one in enumerate(chosen))
    fit = by_elimination(fit, [one.name for one in sought])
    operands = tuple(one for one in fit if one)
    if len(operands) < len(fit):
        if plan.weak and plan.operation == "average":
            return None  # what one costs is mostly stated as such
        # What is named alike is there, but of something else: the plain answer would be no better.
        if (not others and _is_plain(plan, operands, best)) or (plan.weak and _asks_each(plan, question, language)):
            return None
        lacking = [one for one, there in zip(sought, fit, strict=True) if there is None]
        if plan.weak and _is_of_all(best, operands, lacking):
            return None
        missing = tuple(one.name for one, there in zip(sought, fit, strict=True) if there is None)
        return Worked(plan, operands, missing=missing)
    done = _unlike(plan, operands, sought) or _unclear(plan, operands, sought) or concluded(plan, operands)
    return None if done.objection and plan.weak and _asks_each(plan, question, language) else done


def _is_plain(plan: Plan, operands: Sequence[Operand], best: Found | None) -> bool:
    """Tell whether a question with an operand that was not found may be a plain one, which is answered as such."""
    if plan.operation == "sum":
        return not operands or (plan.weak and not any(best and _same(best, one) for one in operands))
    return plan.operation == "share" and is_share(best) and bool(best and best.support.coverage >= _TOLD)


def _is_of_all(best: Found | None, operands: Sequence[Operand], lacking: Sequence[Sought]) -> bool:
    """Tell whether the best answer, which is the only operand found, stands in a sentence that names the others too."""
    if best is None or len(operands) != 1 or not _same(best, operands[0]):
        return False
    text, language = best.candidate.quote, best.candidate.document.language
    own = [[w for w in one.named.words if w.text.lower() in one.name.lower()] for one in lacking]
    return all(words and all(said_in(text, w.ways[language], language) for w in words) for words in own)


def _unlike(plan: Plan, operands: tuple[Operand, ...], sought: Sequence[Sought]) -> Worked | None:
    """Refuse where figures of different reports are not said to be of the same."""
    reports = {family(one.candidate.document) for one in operands}
    if len(reports) < len(operands) or plan.operation == "sum":
        return None
    language = sought[0].named.asked.language
    # Of a place that stands for itself the same is asked as of the other.
    lone = any(_is_place(one.name, language) for one in sought)
    words = frozenset(word.text for one in sought for word in one.named.words) if lone else common_words(sought)
    words = frozenset(word for word in words if not placed(word, language))
    # What is reckoned with must be the same; which is the larger may be told of what is nearly so.
    share = 1.0 if plan.operation in SETS_AGAINST else _NEARLY
    if says_alike(sought, words, [one.candidate for one in operands], share=share):
        return None
    return Worked(plan, operands, objection=Objection("unlike", {"one": operands[0].name, "other": operands[1].name}))


def _unclear(plan: Plan, operands: tuple[Operand, ...], sought: Sequence[Sought]) -> Worked | None:
    """Refuse where another figure may as well be meant by an operand."""
    for one in operands:
        others = rivals(one, sought, operands) if any(one.name == each.name for each in sought) else []
        if others:
            figures = ", ".join([one.candidate.text, *others])
            return Worked(plan, operands, objection=Objection("unclear", {"name": one.name, "figures": figures}))
    return None


def _of_a_part(operand: Operand, sought: Sought) -> bool:
    """Tell whether a figure is that of a report whose region is but a part of the place asked about."""
    candidate = operand.candidate
    asked_of = {place for group in sought.named.places for place in group}
    home = mentioned(candidate.document.region or "", candidate.document.language)
    said = mentioned(candidate.quote, candidate.document.language)
    around = {outer for outer in asked_of for inner in home if covers(outer, inner) and outer != inner}
    return bool(around) and not around & said and not asked_of & home


def _asks_each(plan: Plan, question: str, language: Language) -> bool:
    """Tell whether a question with a word like "in total" may ask for each figure, or for one thing by two names."""
    named = [_PLACE_ONLY.sub("", one.name) for one in plan.wanted]
    places = all(_is_place(one, language) for one in named)
    return plan.of_reports or places or ("、" in question and not re.search("[和与及跟同加]", question))


def _is_place(name: str, language: Language) -> bool:
    """Tell whether a name is that of a place and no more, or its level: the province."""
    there = placed(name, language)
    if not there:
        return name in _LEVELS or (language == "en" and bool(levels(f"the {name}", "en")) and " " not in name)
    (low, high), _ = there[0]
    return len(name) - (high - low) <= 1


def _of_group(plan: Plan, trace: Callable[[str], Traced], best: Found | None) -> Worked | None:
    asked_for = trace(plan.wanted[0].question)
    operands = tuple(listed_figures(asked_for.found, plan.group))
    if not operands:
        stated = plan.operation == "sum" or (plan.operation == "mean" and states("average", best, ()))
        return None if stated else Worked(plan, missing=(plan.wanted[0].name,))
    # A figure outside the list that answers the question by itself is the reports' own.
    if best and plan.operation == "sum" and not any(_same(best, one) for one in operands):
        return None
    return concluded(plan, operands)


def _same(found: Found, operand: Operand) -> bool:
    one, other = found.candidate, operand.candidate
    return one.document.id == other.document.id and one.start == other.start


def _sought(name: str, traced: Traced, language: Language) -> Sought:
    if traced.named is None:
        raise TypeError("an operand's trace must tell what its question names")
    said = [one for one in read(name, language) if isinstance(one, Quantity) and not one.ordinal]
    return Sought(name, traced.found, traced.named, figure=said[0].number if len(said) == 1 else None)


def _at_home(sought: Sequence[Sought], language: Language, documents: Mapping[str, Document]) -> list[Sought]:
    """Give operands that name different reports' regions the report that each must come from."""
    regions = {family(one): mentioned(one.region or "", one.language) for one in documents.values()}
    homes = []
    for one in sought:
        there = mentioned(one.name, language)
        homes.append({report for report, region in regions.items() if there & region})
    if len(sought) < 2 or not all(len(home) == 1 for home in homes) or len({min(home) for home in homes}) == 1:
        return list(sought)
    return [replace(one, report=min(home)) for one, home in zip(sought, homes, strict=True)]


def _in_each(
    plan: Plan, trace: Callable[[str], Traced], language: Language, documents: Mapping[str, Document]
) -> list[Sought]:
    """Ask the question of each report, by the region that it is from."""
    reports = {family(one): one for one in sorted(documents.values(), key=lambda one: one.language == language)}
    asked_for = plan.wanted[0].question
    sought = []
    for report, document in sorted(reports.items()):
        region = _region(document, language)
        whole = f"{region}{asked_for}" if language == "zh" else f"{asked_for} in {region}" if region else asked_for
        sought.append(replace(_sought(plan.wanted[0].name, trace(whole), language), name=document.title, report=report))
    return sought


def _region(document: Document, language: Language) -> str:
    if not document.region or document.language == language:
        return document.region or ""
    found = sorted(mentioned(document.region, document.language), key=lambda one: one.rank)
    return "" if not found else found[0].short if language == "zh" else found[0].english[0]


def _sure(plan: Plan, at: int, operand: Operand) -> bool:
    found = operand.found
    # A sum of money is sought by its kind: what it was spent on stands with what it is divided by.
    by_kind = plan.operation == "average" and at == 0 and found.candidate.kind_fit >= 1.0
    sure = found.confidence >= (_SURE / 2 if plan.of_reports and found.dropped is None else _SURE)
    if not sure or not operand.asked:
        return False
    return by_kind or operand.own >= (_OWN / 2 if plan.operation == "average" else _OWN)
