"""Bot stage: how English questions ask for what is worked out from several figures."""

import re

from bot.derive.english_lists import BE, VERB

MORE_THAN = re.compile(
    r"^(?P<lead>.*?)\bhow (?P<much>many|much) (?P<way>more|fewer|less|larger|bigger|higher|greater|costlier)\b\s*(?P<one>.*?)\s+than\s+(?P<other>.+)$",
    re.IGNORECASE,
)


EXCEEDS = re.compile(
    r"by how (?P<much>much|many)\b.*?\b(?:does|do|did)\s+(?P<one>.+?)\s+(?:exceed|outnumber|surpass|outweigh|top)\s+(?P<other>.+)$",
    re.IGNORECASE,
)


TIMES = (
    re.compile(
        r"how many times (?:as (?:many|much|large|big|high|great)|more|larger|bigger|greater|higher)?\s*(?P<one>.+?)\s+(?:as|than|compared (?:to|with))\s+(?P<other>.+)$",
        re.IGNORECASE,
    ),
    re.compile(rf"how many times (?P<other>the .+?)\s+{BE}\s+(?P<one>.+)$", re.IGNORECASE),
    re.compile(r"ratio of\s+(?P<one>.+?)\s+to\s+(?P<other>.+)$", re.IGNORECASE),
    re.compile(r"ratio between\s+(?P<one>.+?)\s+and\s+(?P<other>.+)$", re.IGNORECASE),
)


_SHARE = r"(?:shares?|percentages?|proportion|per ?cent|fraction|slice|portion|%)"


# What begins so is no amount: in 2019, according to the report.
_NO_AMOUNT = r"(?:how|what|which|who|in|on|at|by|for|from|after|before|during|since|until|of|among|according|tell|give|show|please|if|when|and|so|then|ok)\b"


SHARES = (
    re.compile(
        rf"^(?P<part>(?!{_NO_AMOUNT}).+?),\s*(?:what|how (?:large|big) a)\s+{_SHARE}\s+(?:of|out of)\s+(?P<whole>.+?)\s+(?:is|was|are|were|would|does|do)\s+(?:that|it|this|they)(?: be| make(?: up)?)?$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:what|which|how (?:large|big|much) (?:of )?a|how many)\s+{_SHARE}\s+(?:of|out of)\s+(?P<whole>.+?)\s+(?P<verb>{BE}|did|does|do|came from|comes? from|went (?:in)?to|goes (?:in)?to|ha[sd]|have|made up of|consist(?:s|ed) of|belong(?:s|ed)? to)\s+(?P<part>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:what|how (?:large|big|much) (?:of )?a)\s+{_SHARE}\s+(?:do|does|did|{BE})\s+(?P<part>.+?)\s+(?:make up|account for|form|represent|take up|have)?\s*(?:of|in)\s+(?P<whole>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:what (?:is|was|are|were) |how (?:much|large) (?:is|was) )?(?P<part>.+?),? (?:as|in) (?:a |an )?{_SHARE}\s+(?:of|terms of)\s+(?P<whole>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:of|out of)\s+(?P<whole>.+?),\s*(?:what|how (?:large|big) a)\s+{_SHARE}\s+(?:{VERB}|went to)\s+(?P<part>.+)$",
        re.IGNORECASE,
    ),
)


AVERAGES = (
    re.compile(
        rf"^(?P<sum>(?!{_NO_AMOUNT})[^,]+?),\s*(?:what|how (?:much|many)) (?:did|does|would|will|do) (?:each|every|one)\s+(?P<each>.+?)\s+(?:get|receive|have|bring in|take|earn|cost)\b.*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<lead>what)\s+(?P<verb>did|does|do)\s+(?:each|every|a single|one|an average|the average)\s+(?P<each>.+?)\s+(?P<rest>(?:bring in|cost|earn|yield|fetch|spend)\b.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:average|mean)\s+(?P<whole>(?!per\b).+?)\s+(?:per|of each|for each|for every|of every|of an?|in each|by each|each|for an?)\s+(?P<each>(?!cent|year|month|day|annum|capita|mu$|mu |hectare|head\b|person$).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<whole>how (?:much|many)\s+.+?)\s+(?:per|for each|for every|to each|in each|by each)\s+(?P<each>(?!cent|year|month|day|annum|capita).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<lead>how (?:much|many)\b.*?)\s+(?P<verb>did|does|do|was|is|has|had)\s+(?:each|every|a single|one|an average|the average)\s+(?P<each>.+?)\s+(?P<rest>(?:cost|get|receive|sell|take|have|bring|mentor|teach|train|provide|create|employ|give|cover|need|earn|handle|account|hold|invest|average|spent|put|do|make|\w+ed)\b.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<lead>how (?:much|many)\b.*?)\s+(?P<verb>did|does|do|was|is|has|had)\s+(?:the )?(?P<each>.+?)\s+(?P<rest>(?:cost|get|receive|sell|take|have|bring|mentor|teach|train|provide|create|employ|cover)\b.*?)\s+(?:each|apiece)\b.*$",
        re.IGNORECASE,
    ),
)


AVERAGE = re.compile(
    r"\b(?:average|mean|per|each|every|apiece)\b|\b(?:did|does|do) (?:one|a single)\b(?! of\b)",
    re.IGNORECASE,
)


ON_AVERAGE = re.compile(
    r",?\s*\b(?:on average|on the average|roughly|about|approximately|in the mean)\b,?\s*", re.IGNORECASE
)


COMPARES = re.compile(
    r"\b(?:the )?(?:most|more|largest|larger|biggest|bigger|highest|higher|greatest|greater|least|fewest|fewer|less|smallest|smaller|lowest|lower|cheapest|cheaper|dearest|longest|longer)\b(?: (?:money|expensive))?",
    re.IGNORECASE,
)


WITHOUT = (
    re.compile(
        rf"(?P<whole>how (?:much|many) of .+?)\s+(?:{BE}|did|does|do)(?: not|n['’]t)\s+(?P<part>.+)$", re.IGNORECASE
    ),
    re.compile(
        r"^(?P<whole>.+?),?\s+(?:minus|without(?! (?:being|having|any|an?|ever)\b)|excluding|(?:after|when|if) (?:you )?(?:subtract\w*|deduct\w*|tak\w* (?:off|away|out)))\s+(?P<part>.+)$",
        re.IGNORECASE,
    ),
)


EITHER = re.compile(r"^(?P<head>.*?)[,:;–-]\s+(?P<list>(?:[^,:;]+,)*[^,:;]+?,?\s+or\s+[^,:;]+)$", re.IGNORECASE)


DID_MORE = re.compile(
    r"^(?P<lead>(?:did|does|do|has|have|is|are|was|were)\s+.*?)\b(?:more|a larger|a bigger|a higher)\b\s*(?P<one>.*?)\s+than\s+(?P<other>.+)$",
    re.IGNORECASE,
)


COMPARED = re.compile(
    r"\bcompare\s+(?P<one>.+?)\s+(?:with|to|and|against)\s+(?P<other>.+?)(?P<rest>\s+(?:in|of|for)\s.*?)?(?:[:,;]\s*(?P<asks>.*))?$",
    re.IGNORECASE,
)
