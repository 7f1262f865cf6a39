"""Reader training: the small words of questions, which a dictionary translates badly."""

ENGLISH = {
    "多少": "how many", "几": "how many", "什么": "what", "谁": "who", "哪": "which", "哪里": "where",
    "哪儿": "where", "哪个": "which", "哪些": "which", "哪位": "who", "何": "what", "何时": "when",
    "何处": "where", "如何": "how", "怎么": "how", "怎样": "how", "为什么": "why", "为何": "why",
    "哪年": "which year", "几年": "how many years", "是": "is", "的": "", "了": "", "吗": "", "呢": "",
    "在": "in", "于": "in", "由": "by", "和": "and", "与": "and", "年": "year", "月": "month", "日": "day",
    "有": "has", "被": "was", "从": "from", "到": "to", "中": "in", "之": "of", "其": "its", "他": "he",
    "她": "she", "对": "to", "以": "with", "为": "is", "而": "and", "该": "the", "个": "", "名": "", "位": "",
    "第": "number", "不": "not", "将": "will", "后": "after", "前": "before", "时": "when", "因": "because",
    "所": "", "等": "", "也": "also", "还": "also", "并": "and", "或": "or",
}  # fmt: skip
CHINESE = {
    "how many": "多少", "how much": "多少", "what": "什么", "who": "谁", "whom": "谁", "whose": "谁的",
    "when": "什么时候", "where": "哪里", "which": "哪个", "why": "为什么", "how": "怎么", "is": "是",
    "was": "是", "are": "是", "were": "是", "did": "", "does": "", "do": "", "the": "", "a": "", "an": "",
    "of": "的", "in": "在", "by": "由", "and": "和", "to": "", "for": "为", "on": "在", "at": "在",
    "with": "和", "from": "从", "not": "不", "year": "年", "that": "", "it": "它", "its": "它的", "be": "",
    "been": "", "has": "有", "have": "有", "had": "有", "as": "作为", "into": "", "or": "或",
}  # fmt: skip
# English questions begin with one of these.
FIRST = ("how many", "what", "who", "which year", "which", "when", "where", "why", "how")
