"""Bot stage: ways of putting two things together in English, said in the one way that is read."""

import re

_BY_HOW_MUCH = r"(?:and )?(?:by how (?:many|much)|what(?:['’]?s| is| was)? the (?:gap|difference|lead|margin))"
_REPHRASED = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (
            r"^(?:if (?:you|i|we) )?(?:put|stack|pile|add) (?P<one>[^,.]+?) on top of (?P<other>[^,.]+?)(?:[,.].*)?$",
            r"\g<one> plus \g<other>",
        ),
        (r"^what (?:\w+ )?sum (?P<all>.+)$", r"how much money \g<all>"),
        (r"^(?P<all>.+?),?\s+\w+-wise$", r"\g<all>"),
        (
            r"^(?P<all>.*\b(?:share|slice|portion|fraction|proportion|part)\b.*?),?\s+(?:in|as an?) (?:per ?cent|percentage|%)$",
            r"\g<all>",
        ),
        (
            rf"^(?P<who>[^,]+?) (?:has|have|had) (?:more|fewer|less) (?P<one>[^,]+?) than (?P<other>[^,.?]+?)[,.]? {_BY_HOW_MUCH}$",
            r"how many more \g<one> than \g<other> does \g<who> have",
        ),
        (
            rf"^(?P<who>[^,]+?) (?P<verb>sent|got|built|made|sold|gave|bought|won|lost|taught|brought|\w+ed) (?:more|fewer|less) (?P<one>[^,]+?) than (?P<other>[^,.?]+?)[,.]? {_BY_HOW_MUCH}$",
            r"how many more \g<one> than \g<other> has \g<who> \g<verb>",
        ),
        (
            r"^how much (?:more expensive|dearer|costlier|pricier|cheaper|less expensive) (?:is|was|are|were) (?P<one>.+?) than (?P<other>.+)$",
            r"how much more did \g<one> cost than \g<other>",
        ),
    )
)


def rephrased(question: str) -> str:
    """Return a question in the one way that is read, where it puts two things together in another.

    >>> rephrased("Put the school money on top of the road money. How much is it")
    'the school money plus the road money'
    >>> rephrased("what share of the sum is aid, in percent"), rephrased("how many teachers")
    ('what share of the sum is aid', 'how many teachers')
    """
    for pattern, said in _REPHRASED:
        match = pattern.search(question)
        if match:
            return match.expand(said)
    return question
