"""Bot stage: the words that tell an operation in English, and how two things are set against each other."""

import re

from bot.derive.english_lists import BE
from bot.derive.plan import Operation

DID = rf"(?:{BE}|did|does|do|has|have|had|can|could|would|will)"
_SHARE = r"(?:shares?|p[er]{2}centages?|proportions?|per ?cent|fractions?|(?<!took )(?<!take )(?<!takes )(?<!taken )(?<!taking )parts?|portions?|slices?|%|percentage points?|pct)"
_WHAT_SHARE = rf"(?:what(?: sort of| kind of)?(?: is| was)?(?: the)?|how (?:large|big|much|great|high|small)(?: of)?(?: an?)?|how many|the)\s+{_SHARE}"
_MORE = r"(?:more(?: expensive| costly)?|larger|bigger|higher|greater|longer|dearer|costlier|pricier|ahead|above|over)"
_LESS = r"(?:less(?: expensive| costly)?|fewer|smaller|lower|shorter|cheaper|behind|below|under)"
_MAKES = r"(?:make(?:s)? up|made up|account(?:s|ed)? for|represent(?:s|ed)?|form(?:s|ed)?|constitute(?:s|d)?|take(?:s)? up|cover(?:s|ed)?|compris(?:e|es|ed))"
_THAN = r"(?:than|compared (?:to|with)|relative to|versus|vs\.?|as against)"
# How two things are set against each other: the operation, and the side that each stands on.
_SIDES: tuple[tuple[Operation, str], ...] = (
    ("share", rf"^(?P<one>.+?)\s+{_MAKES}\s+{_WHAT_SHARE}\s+(?:of|in)\s+(?P<other>.+)$"),
    ("share", rf"^{_WHAT_SHARE}\s+(?:of|in)\s+(?P<other>.+?)\s+{DID}\s+(?P<one>.+?)\s+{_MAKES}$"),
    ("share", rf"^{_WHAT_SHARE}\s+{DID}\s+(?P<one>.+?)\s+{_MAKES}\s+(?:of|in)\s+(?P<other>.+)$"),
    ("share", rf"^(?P<one>.+?)\s+(?:is|are|was|were)\s+{_WHAT_SHARE}\s+(?:of|in)\s+(?P<other>.+)$"),
    ("share", rf"^{_WHAT_SHARE}\s+of\s+(?P<one>.+?)\s+(?:in|among|within|out of)\s+(?P<other>(?:the )?(?:total|overall|all|whole|entire)\b.+)$"),
    ("share", rf"^(?:out of|of|among)\s+(?P<other>.+?),\s*{_WHAT_SHARE}\s+(?:{DID}\s+|came from |went (?:in)?to )?(?P<one>.+)$"),
    ("share", rf"^(?:out of|of|among)\s+(?P<other>(?:all|every|the total)\b.+?),\s*how (?:many|much)\s+(?:{DID}\s+)?(?P<one>.+?),?\s+(?:as|in) (?:an? )?(?:{_SHARE}|%).*$"),
    ("share", rf"^(?:what(?: is|['’]?s)?\s+|give\s+)?(?:the )?(?P<one>.+?)(?:['’]s?)?\s+(?:as (?:an? )?)?{_SHARE}\s+(?:of|in|out of)\s+(?P<other>.+)$"),
    ("share", r"^(?P<one>.+?)\s+(?:out of|as against)\s+(?P<other>(?:all|total|every|the (?:total|whole|overall|entire))\b.+?)(?:,?\s*(?:in )?(?:%|per ?cent|percentage|share))?$"),
    ("share", rf"^(?P<one>.+?)\s+out of\s+(?P<other>.+?),?\s*(?:as|in|what)?\s*(?:an?\s+)?{_SHARE}$"),
    ("share", rf"^{_WHAT_SHARE}\s+(?:of|out of)\s+(?P<other>.+?)\s+(?P<one>(?:{DID}|came|went|go(?:es)?|com(?:es|ing)|(?<!were )\w+ed|spent|were|going|sent|put)\b.+)$"),
    ("share", rf"^how (?:much|many) of\s+(?P<other>.+?)\s+(?P<one>(?:{DID}|came|went|go(?:es)?|com(?:es|ing)|\w+ed|spent)\b.+?),?\s+(?:in|as an?)\s+(?:per ?cent|{_SHARE})$"),
    ("difference", rf"^(?P<one>.+?)\s+how (?:many|much)\s+(?:{_MORE}|{_LESS})\s+(?P<rest>.*?)\s*{_THAN}\s+(?P<other>.+)$"),
    ("difference", rf"^(?:compared (?:to|with)|relative to|against|next to)\s+(?P<other>.+?),\s*(?:by )?how (?:many|much)\s+(?:{_MORE}|{_LESS})\s+(?P<one>.+)$"),
    ("difference", rf"^how (?:many|much)\s+(?:{_MORE}|{_LESS})\s+(?P<one>.+?)\s+(?:compared (?:to|with)|relative to|versus|vs\.?|as against|as opposed to)\s+(?P<other>.+)$"),
    ("difference", rf"^(?:by )?how (?:far|much|many)\s+(?:(?:ahead|behind|short|above|below|over|under|{_MORE}|{_LESS})\s+)?{DID}\s+(?P<one>.+?)\s+(?:(?:fall|fell|lag|trail|run) ?(?:short|behind)?|ahead|behind|above|below|{_MORE}|{_LESS}|beat|top|exceed|pass|surpass|outstrip|outdo|outnumber|outweigh|overtake|outpace)\s*(?:of|than|to|from|the level of)?\s+(?P<other>.+)$"),
    ("difference", rf"^how (?:far|much|many)\s+(?:ahead|behind|short|above|below|over|under)\s+(?:of\s+)?(?P<other>.+?)\s+{DID}\s+(?P<one>.+)$"),
    ("difference", rf"^(?:by how (?:much|many)[^,]*?\s)?(?:{DID}\s+)?(?P<one>.+?)\s+(?:exceed(?:s|ed)?|beats?|outnumber(?:s|ed)?|surpass(?:es|ed)?|outstrip(?:s|ped)?|tops?|topped|outweigh(?:s|ed)?|(?:is|are|was|were) (?:above|below|ahead of|behind))\s+(?P<other>.+?),?\s+by (?:how (?:much|many)|what)\b.*$"),
    ("difference", r"^(?:if (?:you|we|i) )?(?:subtract|deduct|take|remove|knock)(?:ing)?\s+(?:away |off |out )?(?P<other>.+?)\s+(?:(?:away |off |out )?from|(?:off|out) of)\s+(?P<one>.+?)(?:,?\s*(?:and |what|how (?:much|many)).*)?$"),
    ("difference", r"^(?P<one>.+?)\s+(?:minus|take away|subtracting|(?:once|after|when|if) (?:you )?(?:take|subtract|remove|deduct)\w*(?: away| off| out)?)\s+(?P<other>.+?)(?:\s+(?:is|are|comes? to|makes?|gives?|equals?|leaves?)\s*(?:what|how (?:much|many))?.*|,.*)?$"),
    ("difference", r"^(?:what(?:['’]s| is| was)?\s+)?(?:the )?(?:gap|difference|margin|spread|discrepancy|distance|shortfall|surplus)\s+(?:in|of)\s+(?P<shared>.+?)\s+between\s+(?P<one>.+?)\s+and\s+(?P<other>.+)$"),
    ("ratio", rf"(?:how many times|what multiple of|how many fold|how many-fold)\s+(?:as (?:many|much|large|big|high|great|long)|{_MORE}|{_LESS}|costlier)?\s*(?P<one>.+?)\s+(?:as|than|compared (?:to|with)|versus|vs\.?|over)\s+(?P<other>.+?),?\s*(?:in times|as a (?:ratio|multiple|factor)|how many times)?$"),
    ("ratio", rf"^(?P<one>.+?)\s+(?:{BE}|came to|comes to|equals?)\s+(?:how many times|what multiple of|how many-?fold)\s+(?:as (?:many|much|large|big|high|great|long) as|{_MORE} than)?\s*(?P<other>.+)$"),
    ("ratio", rf"^(?:by )?(?:what (?:multiple|factor)|how many times(?: over)?)\s*,?\s*{DID}\s+(?P<one>.+?)\s+(?:exceed|outnumber|surpass|beat|top|{_MORE} than|cover)\s+(?P<other>.+)$"),
    ("ratio", rf"^how many times (?:over )?(?:{DID}|do|does|did)?\s*(?P<other>.+?)\s+(?:go(?:es)?|fits?) into\s+(?P<one>.+)$"),
    ("ratio", r"^(?:what(?:['’]s| is)?\s+)?(?:the )?ratio\s*(?:of|between|for|:)?\s+(?P<one>.+?)\s+(?:to|and|over|versus|vs\.?|against)\s+(?P<other>.+)$"),
    ("ratio", r"^(?:what(?:['’]s| is| was| are)?\s+)?(?:the )?(?P<one>[\w' -]+?)(?:\s+(?:to|versus|vs\.?)\s+|[-–:/](?:to[-–])?)(?P<other>[\w' -]+?)\s+ratio\b.*$"),
    ("ratio", r"^(?:what(?:['’]s| is)?\s+)?(?:the )?(?P<one>\w+)\s+(?P<other>\w+)\s+ratio\b.*$"),
    ("ratio", r"(?:divide\s+(?:the )?(?P<divided>[^,:]+?)|(?:^|what(?:['’]s| is)?\s+)(?:the )?(?P<one>[^,:]+?)\s+divided)\s+by\s+(?P<other>[^,]+?)(?:\s+(?:and|gives?|give me|is|equals?|comes?)\b.*|,.*)?$"),
    ("average", r"^(?:[^:]*:\s*)?(?:what(?:['’]s| is| does| do)?\s+)?(?:the )?(?P<one>.+?)\s+(?:over|divided by|shared by)\s+(?P<other>.+?)\s+(?:work(?:s)? out|come(?:s)?(?: out)?|give(?:s)?|amount)\b.*$"),
    ("average", r"^(?P<one>.+?),?\s+(?:when |if |once )?(?:it is |they are |are |is |was |were |be )?(?:split|divided|spread|shared|averaged|distributed)(?: out)?(?: up)?(?: evenly| equally)?\s+(?:between|among|amongst|across|over|by)\s+(?P<other>.+?)(?:,.*)?$"),
    ("average", r"^(?P<one>(?!how\b|what\b|which\b|where\b|who\b)[\w' -]+?)\s+(?:per|for every|for each|to every|to each|to a)\s+(?P<other>(?!mu\b|hectare\b|head\b|person\b|cent\b|year\b|annum\b|capita\b|month\b|day\b|one\b)[\w' -]+)$"),
    ("average", r"^(?:(?:and|so|on average),?\s+)?(?:per|for every|for each)\s+(?P<other>(?!cent\b|year\b|annum\b|capita\b|month\b|day\b|person\b)[\w' -]+?),?\s+how (?:many|much)\s+(?P<one>.+)$"),
    ("maximum", r"^(?:please )?compare\s+(?!.*\breports?\b)(?P<one>.+?)\s+(?:with|to|against)\s+(?P<other>.+?)(?:[:,;]\s*(?!.*(?:ratio|times)).*)?$"),
    ("maximum", r"^(?:did|does|do)\s+(?P<one>.+?)\s+(?P<does>\w+)\s+more than\s+(?!\d)(?P<other>.+)$"),
    ("minimum", r"^(?:did|does|do)\s+(?P<one>.+?)\s+(?P<does>\w+)\s+(?:less|fewer) than\s+(?!\d)(?P<other>.+)$"),
    ("maximum", rf"^(?:{BE}|did|does|do|has|have)\s+(?P<one>.+?)\s+(?:above|{_MORE} than|ahead of|beyond|exceed(?:s|ed)?|surpass(?:ed)?|beat|outnumber(?:ed)?|outsell|outsold|top(?:ped)?|over)\s+(?!\d[\d,.]*\b(?! (?:one|figure|count|total)))(?P<other>.+)$"),
    ("minimum", rf"^(?:{BE}|did|does|do|has|have)\s+(?P<one>.+?)\s+(?:below|{_LESS} than)\s+(?!\d[\d,.]*\b(?! (?:one|figure|count|total)))(?P<other>.+)$"),
)  # fmt: skip
DATE = r"(?:(?:in |during |for )?(?:the )?(?:(?:first|second|third|fourth|last) (?:half|quarter)(?: of (?:19|20)\d\d)?|(?:19|20)\d\d|this year|last year|the year before|next year|spring|summer|autumn|winter|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?: (?:19|20)\d\d)?))"
DATES = re.compile(
    rf"(?P<reach>\b(?:from|between)\s+)?\b(?P<all>{DATE}(?:(?:\s*,\s*(?:and |or )?|\s+(?:and|or|to|through|versus|vs\.?|plus|against|than)\s+(?:in )?|\s*[-–]\s*|(?<=\d\d\d\d)\s+(?=(?:19|20)\d\d)){DATE})+)\b",
    re.IGNORECASE,
)
REACHES = re.compile(r"\s(?:to|through|until)\s|[-–]", re.IGNORECASE)
THROUGH = re.compile(r"((?:19|20)\d\d)\s*(?:to|through|[-–])\s*((?:19|20)\d\d)$", re.IGNORECASE)
FOLD = r"how many times|what multiple|what factor|-?fold\b|\bratio\b"
GROW = r"(?:grow|grew|rise|rose|increase|climb|go up|went up|jump|gain|fall|fell|drop|decrease|decline|shrink|shrank|change|differ|go down|went down)(?:ed|d|ped|bed)?"
# The word of each operation; the first that is found is taken.
_TOLD: tuple[tuple[Operation, str], ...] = (
    ("mean", r",?\s*\b(?:and )?(?:the )?(?:average|avg|averaged|averaging|averages|mean)(?: them| it| these| those| out| of| over| for| per year| a year| yearly)*\b(?: per year| each year)?|\bon average\b"),
    ("ratio", rf"(?:{FOLD})(?: of| between)?"),
    ("difference", rf"\b(?:what(?:['’]s| is| was) )?(?:the )?(?:diff\w*nce|gap|margin|discrepancy|shortfall)\b(?: between| in)?|\bhow (?:far|much|many) (?:apart|less|more|fewer)(?: (?:{BE})(?: it| they)?)?(?: now)?|(?:by )?how much\b(?=.*\b{GROW}\b)|\b(?:differ|disagree)(?:ed|s)?(?: by)?(?: how (?:much|many))?"),
    ("maximum", r"\b(?:rank(?:ed|ing)?|order(?:ed)?|sort(?:ed)?)\b|\bside by side\b|\b(?:compare|comparing|comparison of)\b|\b(?:(?:which|who|where)\b.{0,30}?\b)?(?:came (?:out )?(?:on )?top|most|largest|busiest|biggest|highest|greatest|longest|larger|bigger|higher|greater|best|worst|least|fewest|smallest|lowest|fewer|smaller|lower|more|less|ahead)\b"),
    ("sum", r"\b(?:if |when )?(?:you |we |i )?(?:please )?(?:add(?:s|ed|ing)?(?!(?<=\badd) to\b)|sum(?:s|med|ming)?|tally|totting|tot|total(?:s|led|ling|ed|ing)?|combin(?:e|ed|ing)|count(?:s|ed|ing)?(?= (?:both|up|all))|lump(?:ed|ing)?|pool(?:ed|ing)?)\b(?: all| them| both)?(?: up| together| in)*(?: of)?|\bbetween (?:them|the (?:two|three|four|both)|the two of them)\b|\b(?:all )?together\b|\bcombined\b|\baltogether\b|\ball in all\b|\b(?:what |how (?:many|much) )?(?:do |does |is )?(?:it |that |they |those |these )(?:comes?|came|amounts?) to$|\bin (?:all|total|sum|aggregate)\b|\boverall\b|\bcollectively\b|\bjoint(?:ly)?\b|\bplus\b|\bcumulative(?:ly)?\b|\ball told\b|\b(?:the |a )?(?:grand |combined |joint )?total(?: of| for)?\b|\bsum(?: of)?\b"),
)  # fmt: skip


SIDES = tuple((operation, re.compile(pattern, re.IGNORECASE)) for operation, pattern in _SIDES)
TOLD = tuple((operation, re.compile(pattern, re.IGNORECASE)) for operation, pattern in _TOLD)
