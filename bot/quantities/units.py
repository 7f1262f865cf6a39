"""Bot stage: the units that reports count and measure in, and how both languages write them."""

import re
from dataclasses import dataclass
from functools import cache

from corpus.document import Language


@dataclass(frozen=True, slots=True)
class Unit:
    """Name a unit, its kind, and its written forms.

    The first Chinese form is the one shown; of the English ones the first is shown for one, the
    second for any other number.
    """

    name: str
    kind: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


UNITS = (
    Unit("person", "people", ("人", "名", "位", "个人"), ("person", "people", "persons")),
    Unit("visit", "visits", ("人次",), ("visit", "visits", "person-times", "person-time", "person times")),
    Unit("household", "households", ("户", "户家庭"), ("household", "households")),
    Unit("yuan", "money", ("元", "元人民币", "块钱", "元钱"), ("yuan", "yuan", "renminbi", "RMB")),
    Unit("dollar", "money", ("美元",), ("US dollar", "US dollars", "dollar", "dollars", "U.S. dollars")),
    Unit("Hong Kong dollar", "money", ("港元", "港币"), ("Hong Kong dollar", "Hong Kong dollars")),
    Unit("euro", "money", ("欧元",), ("euro", "euros")),
    Unit("pound", "money", ("英镑",), ("pound sterling", "pounds sterling")),
    Unit("yen", "money", ("日元",), ("yen", "yen")),
    Unit("mu", "area", ("亩",), ("mu", "mu")),
    Unit("hectare", "area", ("公顷",), ("hectare", "hectares", "ha")),
    Unit("square metre", "area", ("平方米", "平米", "㎡", "m²", "m2"),
         ("square metre", "square metres", "square meter", "square meters", "sq m", "m²", "m2", "㎡")),
    Unit("square kilometre", "area", ("平方公里", "平方千米", "km²", "km2"),
         ("square kilometre", "square kilometres", "square kilometer", "square kilometers", "sq km", "km²", "km2")),
    Unit("cubic metre", "volume", ("立方米", "m³", "m3"),
         ("cubic metre", "cubic metres", "cubic meter", "cubic meters", "m³", "m3")),
    Unit("litre", "volume", ("升",), ("litre", "litres", "liter", "liters")),
    Unit("kilometre", "length", ("公里", "千米", "km"),
         ("kilometre", "kilometres", "kilometer", "kilometers", "km")),
    Unit("metre", "length", ("米",), ("metre", "metres", "meter", "meters")),
    Unit("centimetre", "length", ("厘米", "cm"),
         ("centimetre", "centimetres", "centimeter", "centimeters", "cm")),
    Unit("millimetre", "length", ("毫米", "mm"),
         ("millimetre", "millimetres", "millimeter", "millimeters", "mm")),
    Unit("tonne", "mass", ("吨",), ("tonne", "tonnes", "ton", "tons", "metric ton", "metric tons")),
    Unit("kilogram", "mass", ("公斤", "千克", "kg"), ("kilogram", "kilograms", "kg")),
    Unit("jin", "mass", ("斤",), ("jin", "jin")),
    Unit("gram", "mass", ("克",), ("gram", "grams")),
    Unit("percent", "share", ("%",), ("%", "%", "percent", "per cent")),
    Unit("percentage point", "share", ("个百分点", "百分点"), ("percentage point", "percentage points")),
    Unit("degree", "temperature", ("℃", "摄氏度", "度", "°C"),
         ("°C", "°C", "℃", "degree Celsius", "degrees Celsius")),
    Unit("year", "time", ("年", "周年", "个年头"), ("year", "years")),
    Unit("quarter", "time", ("个季度", "季度"), ("quarter", "quarters")),
    Unit("month", "time", ("个月",), ("month", "months")),
    Unit("week", "time", ("周", "个星期", "星期"), ("week", "weeks")),
    Unit("day", "time", ("天", "日"), ("day", "days")),
    Unit("hour", "time", ("小时", "个小时", "个钟头"), ("hour", "hours")),
    Unit("minute", "time", ("分钟",), ("minute", "minutes")),
    Unit("second", "time", ("秒", "秒钟"), ("second", "seconds")),
    Unit("time", "times", ("次", "场次", "趟次"), ("time", "times")),
    Unit("fold", "fold", ("倍",), ("times as much", "times as much", "times as many", "times the", "fold")),
    Unit("year old", "age", ("岁",), ("year old", "years old", "year-old", "year-olds", "year olds", "years of age")),
    Unit("kilowatt-hour", "energy", ("千瓦时", "度电", "kWh"), ("kilowatt-hour", "kilowatt-hours", "kWh")),
    Unit("kilowatt", "power", ("千瓦", "kW"), ("kilowatt", "kilowatts", "kW")),
    Unit("megawatt", "power", ("兆瓦", "MW"), ("megawatt", "megawatts", "MW")),
)  # fmt: skip

# Classifiers count whatever noun follows; the last ones are nouns that figures, not numerals, count without one.
CLASSIFIERS = (
    "个", "项", "家", "座", "所", "条", "台", "辆", "艘", "架", "头", "只", "匹", "株", "棵", "间", "栋", "幢",
    "处", "类", "种", "门", "款", "件", "份", "册", "本", "套", "支", "块", "张", "对", "双", "艇", "班", "列", "部",
    "篇", "首", "段", "层", "棒", "枚", "粒", "袋", "箱", "瓶", "桶", "盒", "包", "组", "批", "期", "届", "场", "例",
    "起", "宗", "笔", "幅", "盏", "眼", "口", "棚", "根", "片", "面", "封", "堂", "节", "届次", "趟", "回", "轮",
    "站", "孔", "单", "人份", "台套", "台次", "架次", "车次", "班次", "标段", "大", "字", "页", "尾", "羽", "床",
)  # fmt: skip
COUNTED_NOUNS = ("省", "市", "县", "区", "州", "乡", "镇", "村", "校", "国", "厂", "店")

# A form before one of these begins another word: 人民, 天然, 家庭.
_ANOTHER_WORD = {
    "人": "民均口工类行", "名": "称单字牌录师校", "位": "于列居置", "户": "型口籍外", "元": "旦素宵月首",
    "年": "级代轻龄度", "天": "然山津气下空", "日": "常本均报用产益照光", "周": "边年末围期", "米": "饭粉酒面",
    "升": "级学入至到", "克": "服里拉", "次": "级要数日年性之序", "秒": "杀",
    "个": "体性别税", "项": "目", "家": "庭具电长乡禽畜园里", "座": "谈椅落", "所": "以有需在谓属", "条": "件例",
    "台": "湾山州风", "头": "部", "只": "有能是要", "处": "理于置在", "类": "型似", "种": "植子养苗粮群地",
    "门": "诊店户票峡", "本": "地科市县省级次土报人", "支": "持援付出教", "块": "状", "张": "贴家",
    "对": "口接于外象应比标",
    "班": "列级", "列": "入为车", "部": "分门队落级长", "首": "先次个家都批", "层": "次面级", "包": "括含装联保",
    "组": "织团成长合建", "批": "准发复评示", "期": "间待望货刊末", "届": "时", "场": "所地馆景", "例": "如外会",
    "起": "来到步草",
    "口": "腔岸罩径粮", "片": "区面", "面": "积对向临", "节": "约能日水假目", "回": "来到收升", "站": "点在",
    "单": "位元个",
    "份": "额", "眼": "科睛", "间": "接隔", "股": "份权东", "根": "据本", "字": "画", "大": "学家力型量会众小于多幅",
    "尾": "款", "床": "位", "孔": "雀子", "段": "落", "袋": "鼠", "省": "级会内外委", "市": "级场区民长委",
    "县": "级城域长委", "区": "域级块别", "州": "级长", "乡": "村镇土", "镇": "级长", "村": "民级委庄", "校": "长园",
    "国": "家内际企民", "厂": "房家", "店": "铺面",
}  # fmt: skip
_LATIN = re.compile(r"[A-Za-z]\d?\Z")


@cache
def by_name() -> dict[str, Unit]:
    """Return the units by their names."""
    return {unit.name: unit for unit in UNITS}


@cache
def by_form(language: Language) -> dict[str, str]:
    """Return the name of the unit for each written form, "" for classifiers; English forms are in small letters."""
    if language == "en":
        return {form.lower(): unit.name for unit in UNITS for form in unit.en}
    counted = dict.fromkeys((*CLASSIFIERS, *COUNTED_NOUNS), "")
    return {**counted, **{form: unit.name for unit in UNITS for form in unit.zh}}


@cache
def form_pattern(language: Language) -> str:
    """Return a pattern of all written forms, the longest first, none of them the beginning of another word."""
    forms = by_form(language)
    return "|".join(_bounded(form) for form in sorted(forms, key=lambda form: (-len(form), form)))


def _bounded(form: str) -> str:
    pattern = re.escape(form)
    if form in _ANOTHER_WORD:
        pattern += f"(?![{_ANOTHER_WORD[form]}])"
    return pattern + "(?![A-Za-z0-9²³])" if _LATIN.search(form) else pattern


def unit_kind(name: str) -> str:
    """Return what a unit measures: "people", "money", "area", …; "count" for mere things.

    Raises:
        KeyError: if there is no such unit.

    >>> unit_kind("yuan"), unit_kind("mu"), unit_kind("")
    ('money', 'area', 'count')
    """
    return by_name()[name].kind if name else "count"
