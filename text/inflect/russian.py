"""Russian nouns, adjectives and surnames: the paradigm is guessed from the ending of the dictionary form.

Where the ending leaves two paradigms open, the forms of both count: a form that no word has does no harm. A base in the
plural (``выборы``) stands for its plural alone, so that ``выбор`` (choice) is no election. Bases and forms are folded
(ё is е). Source: Zaliznyak's types as in Wade, *A Comprehensive Russian Grammar* (3rd ed.), ch. 3 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from text.inflect.forms import ListedForms, listed

_VOWELS = frozenset("аеиоуыэюя")
_HUSHING = frozenset("жшчщ")
_VELAR = frozenset("гкх")

_HARD = ("ого", "ому", "ым", "ом", "ая", "ой", "ую", "ою", "ое", "ые", "ых", "ыми", "ый")
_SOFT = ("его", "ему", "им", "ем", "яя", "ей", "юю", "ею", "ее", "ие", "их", "ими", "ий")
_MIXED = (
    "ого",
    "ому",
    "им",
    "ом",
    "ая",
    "ой",
    "ую",
    "ою",
    "ое",
    "ие",
    "их",
    "ими",
    "ий",
    "ей",
    "его",
    "ему",
    "ем",
    "ее",
)
_SURNAME = ("", "а", "у", "ым", "е", "ы", "ых", "ыми")
_SURNAME_FEMININE = ("а", "ой", "у", "ою")

_SINGULAR_IS_ANOTHER_WORD = frozenset("весы выборы духи очки счеты часы".split())
_SINGULAR_IS_ANOTHER_WORD = frozenset("весы выборы духи очки счеты часы".split())
_FLEETING = frozenset("ветер ковер козел костер котел орел осел посол угол узел шатер".split())
_IRREGULAR: Mapping[str, tuple[str, ...]] = {
    "лев": ("льва", "льву", "львом", "льве", "львы", "львов", "львам", "львами", "львах"),
    "лед": ("льда", "льду", "льдом", "льде", "льды", "льдов", "льдам", "льдами", "льдах"),
    "рот": ("рта", "рту", "ртом", "рте"),
    "лоб": ("лба", "лбу", "лбом", "лбе"),
    "сон": ("сна", "сну", "сном", "сне", "сны", "снов", "снам", "снами", "снах"),
    "день": ("дня", "дню", "днем", "дне", "дни", "дней", "дням", "днями", "днях"),
    "путь": ("пути", "путем", "путей", "путям", "путями", "путях"),
    "мать": ("матери", "матерью", "матерей", "матерям", "матерями", "матерях"),
    "дочь": ("дочери", "дочерью", "дочерей", "дочерям", "дочерями", "дочерях"),
    "церковь": ("церкви", "церковью", "церквей", "церквам", "церквами", "церквах"),
    "человек": ("человека", "человеку", "человеком", "человеке", "люди", "людей", "людям", "людьми", "людях"),
    "люди": ("людей", "людям", "людьми", "людях"),
    "дети": ("детей", "детям", "детьми", "детях"),
    "деньги": ("денег", "деньгам", "деньгами", "деньгах"),
    "ребенок": ("ребенка", "ребенку", "ребенком", "ребенке", "дети", "детей", "детям", "детьми", "детях"),
    "хозяин": ("хозяина", "хозяину", "хозяином", "хозяине", "хозяева", "хозяев", "хозяевам", "хозяевами", "хозяевах"),
    "огонь": ("огня", "огню", "огнем", "огне", "огни", "огней", "огням", "огнями", "огнях"),
    "уголь": ("угля", "углю", "углем", "угле", "угли", "углей", "углям", "углями", "углях"),
    "заем": ("займа", "займу", "займом", "займе", "займы", "займов", "займам", "займами", "займах"),
    "суд": ("суда", "суду", "судом", "суде", "суды", "судов", "судам", "судами", "судах"),
}


def russian_forms(base: str, *, is_name: bool = False) -> ListedForms:
    """The forms of ``base`` (folded; nominative, or the plural's for a word without singular).

    ``is_name`` says that it was written with a capital: Гусейнов then declines as a surname too.
    """
    if base in _IRREGULAR or len(base) == 1:
        return listed((base, *_IRREGULAR.get(base, ())))
    forms = {base, *_noun(base, is_name=is_name), *_adjective(base)}
    if is_name:
        forms.update(_surname(base))
    return listed(forms)


def _with(stem: str, endings: Iterable[str]) -> list[str]:
    return [stem + ending for ending in endings]


def _is_surname(base: str) -> bool:
    return len(base) > 4 and base.endswith(("ов", "ев", "ин", "ын"))


def _is_feminine_surname(base: str) -> bool:
    return len(base) > 5 and base.endswith(("ова", "ева", "ина", "ына"))


def _surname(base: str) -> list[str]:
    if _is_surname(base):
        return _with(base, _SURNAME)
    return _with(base[:-1], _SURNAME_FEMININE) if _is_feminine_surname(base) else []


def _adjective(base: str) -> list[str]:
    """Adjectives, participles and what is made of them (политзаключённый, Верховный, железная)."""
    stem, ending = base[:-2], base[-2:]
    if len(stem) < 2 or ending not in {"ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие"}:
        return []
    if stem[-1] in _VELAR or stem[-1] in _HUSHING:
        return _with(stem, (*_MIXED, "ой"))
    if ending in {"ий", "яя", "ее", "ие"}:
        return _with(stem, _SOFT) if stem[-1] == "н" else []
    return _with(stem, _HARD)


def _noun(base: str, *, is_name: bool) -> list[str]:
    last, stem = base[-1], base[:-1]
    if last in "ая":
        return _feminine(base, stem, is_name=is_name)
    if last in "ое":
        return _neuter(base, stem)
    if last in "ыи":
        return _plural_only(base, stem)
    if last == "ь":
        return _soft_sign(stem)
    if last == "й":
        return _short_i(stem)
    return [] if last in _VOWELS else _masculine(base)


def _masculine(base: str) -> list[str]:
    forms = [form for stem in _oblique_stems(base) for form in _masculine_forms(stem)]
    if base.endswith(("анин", "янин")):
        forms += _with(base[:-2], ("е", "", "ам", "ами", "ах"))
    if base.endswith("енок"):
        forms += _with(base[:-4], ("ята", "ят", "ятам", "ятами", "ятах", "ата", "ат", "атам", "атами", "атах"))
    return forms


def _masculine_forms(stem: str) -> list[str]:
    last = stem[-1]
    if last in _HUSHING:
        return _with(stem, ("а", "у", "ем", "ом", "е", "и", "ей", "ам", "ами", "ах"))
    plural = "и" if last in _VELAR else "ы"
    forms = _with(stem, ("а", "у", "ом", "е", plural, "ов", "ам", "ами", "ах"))
    return forms + _with(stem, ("ем", "ев")) if last == "ц" else forms


def _oblique_stems(base: str) -> list[str]:
    """Stems before an ending, with and without the vowel that comes and goes (беженец, беженц-)."""
    before, last = base[-3:-2], base[-1]
    if base.endswith("ец") and len(base) > 3 and not _is_cluster(base[:-2]):  # but кузнец, кузнеца
        return [base[:-2] + ("йц" if before in _VOWELS else "ьц" if before == "л" else "ц")]
    if base.endswith("ок") and len(base) > 4:
        return [base, base[:-2] + "к"]
    if base.endswith("ек") and len(base) > 4:
        return [base, base[:-2] + "к", base[:-2] + "ьк", *([base[:-2] + "йк"] if before in _VOWELS else [])]
    if base in _FLEETING:
        return [base[:-2] + last]
    return [base]


def _is_cluster(stem: str) -> bool:
    return len(stem) > 1 and stem[-1] not in _VOWELS and stem[-2] not in _VOWELS


def _short_i(stem: str) -> list[str]:
    if stem.endswith("и"):  # сценарий
        return _with(stem, ("я", "ю", "ем", "и", "ев", "ям", "ями", "ях"))
    return _with(stem, ("я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях"))


def _soft_sign(stem: str) -> list[str]:
    """Masculine and feminine together: учитель, нефть; a hushing stem is feminine (речь, ложь)."""
    if stem[-1] in _HUSHING:
        return _with(stem, ("и", "ью", "ей", "ам", "ами", "ах"))
    forms = _with(stem, ("я", "ю", "ем", "е", "и", "ью", "ей", "ям", "ями", "ях"))
    if stem.endswith("ен") and len(stem) > 4:  # уровень keeps only the stem without its vowel
        forms += _with(stem[:-2] + "н", ("я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях"))
    return forms


def _feminine(base: str, stem: str, *, is_name: bool) -> list[str]:
    last = stem[-1:]
    if base.endswith("мя") and base in {"время", "имя", "племя", "знамя", "бремя", "пламя", "семя"}:
        return _with(stem, ("ени", "енем", "ена", "ен", "енам", "енами", "енах"))
    if base.endswith("ия"):
        return _with(stem, ("и", "ю", "ей", "ею", "й", "ям", "ями", "ях"))
    if base.endswith("ья"):
        return [*_with(stem, ("и", "е", "ю", "ей", "ею", "ям", "ями", "ях")), stem[:-1] + "ей"]
    if base[-1] == "я":
        forms = _with(stem, ("и", "е", "ю", "ей", "ею", "ям", "ями", "ях"))
        return forms + ([stem + "й"] if last in _VOWELS else [stem + "ь", *_zero_plurals(stem, "ь")])
    plural = "и" if last in _VELAR or last in _HUSHING else "ы"
    instrumental = ("ей", "ею", "ой") if last in _HUSHING or last == "ц" else ("ой", "ою")
    forms = _with(stem, (plural, "е", "у", *instrumental, "ам", "ами", "ах"))
    if is_name and _is_feminine_surname(base):
        return _with(stem, _SURNAME_FEMININE)
    return [*forms, stem, *_zero_plurals(stem, "")]


def _neuter(base: str, stem: str) -> list[str]:
    if base.endswith("ие"):
        return _with(stem, ("я", "ю", "ем", "и", "й", "ям", "ями", "ях"))
    if base.endswith("ье"):
        return [*_with(stem, ("я", "ю", "ем", "и", "ев", "ям", "ями", "ях")), stem[:-1] + "ий"]
    if base.endswith("е") and stem[-1:] not in {"ц", *_HUSHING}:
        return _with(stem, ("я", "ю", "ем", "ей", "ям", "ями", "ях"))
    forms = _with(stem, ("а", "у", "ом", "ем", "е", "ам", "ами", "ах"))
    return [*forms, stem, *_zero_plurals(stem, "")]


def _plural_only(base: str, stem: str) -> list[str]:
    """Words given in the plural: выборы, пытки, репрессии, тролли, переговоры."""
    if base.endswith("ии"):
        return _with(stem, ("й", "ев", "ям", "ями", "ях"))
    hard = _with(stem, ("ам", "ами", "ах"))
    if base[-1] == "ы":
        zero = [] if base in _SINGULAR_IS_ANOTHER_WORD else [stem, *_zero_plurals(stem, "")]
        return [*hard, stem + "ов", *([stem + "ев"] if stem[-1:] == "ц" else []), *zero]
    if stem[-1:] in _VELAR:
        return [*hard, stem + "ов", stem, *_zero_plurals(stem, "")]
    if stem[-1:] in _HUSHING:
        return [*hard, stem + "ей", stem]
    return _with(stem, ("ей", "ев", "ям", "ями", "ях", "ь"))


def _zero_plurals(stem: str, sign: str) -> list[str]:
    """The genitive plural without an ending where two consonants meet: пыток, копеек, сестёр, песен."""
    if len(stem) < 3:
        return []
    before, last = stem[-2], stem[-1]
    if last in _VOWELS or last == "ь" or before in _VOWELS:
        return []
    if before in "ьй":
        return [stem[:-2] + "е" + last]
    if last == "к":
        return [stem[:-1] + ("е" if before in "жшчц" else "о") + last]
    return [stem[:-1] + vowel + last + (sign if last != "н" else "") for vowel in "ео"] if last in "нлрмбцвг" else []
