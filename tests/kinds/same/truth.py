"""The ground truth of this world, written by hand: what is one article, what is not, and what each said when.

A text is its name and whether it is the edited one; days count from the first moment. A page is looked at again a day
and three days after it was first seen: what changed on the second day is seen on the third.
"""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """A revision: the text's name, whether it is the edited one, and at which moment it was first seen."""

    name: str
    is_edited: bool
    moment: int
    language: str = "az"


ARTICLES: dict[tuple[str, ...], tuple[Said, ...]] = {
    # what stands, under all its addresses: its history
    ("guzgu.example/az/2026/3/tam-metn",): (Said("tam mətn", False, 0), Said("tam mətn", True, 1)),
    ("guzgu.example/az/2026/3/anbar-yanir",): (Said("anbar", False, 0), Said("anbar", True, 3)),
    ("guzgu.example/az/2026/3/korpu-acilir",): (Said("körpü", False, 1),),
    (
        "d1kopya.cloudfront.net/a/seki-festivali/33410001.html",
        "nomre.example/a/seki-festivali-basladi/33410001.html",
        "nomre.example/a/seki-festivali/33410001.html",
    ): (Said("festival", False, 0), Said("festival", True, 1)),
    ("d1kopya.cloudfront.net/a/gence-parki/33410002.html", "nomre.example/a/gence-parki/33410002.html"): (
        Said("park", False, 0),
        Said("park", True, 3),
    ),
    ("nomre.example/a/gence-parki-acildi/33410003.html",): (Said("park açıldı", False, 0),),
    (
        "forma.example/xeber/korpu-haqqinda",
        "forma.example/xeber/korpu-haqqinda/amp",
        "forma.example/xeber/korpu-haqqinda?print=1",
        "m.forma.example/xeber/korpu-haqqinda",
    ): (Said("körpü haqqında", False, 0), Said("körpü haqqında", True, 2)),
    ("forma.example/amp/xeber/yol-haqqinda", "forma.example/xeber/yol-haqqinda"): (
        Said("yol haqqında", False, 0),
        Said("yol haqqında", True, 2),
    ),
    ("forma.example/xeber/qala-haqqinda", "forma.example/xeber/qala-haqqinda?output=amp"): (
        Said("qala haqqında", False, 0),
    ),
    ("forma.example/print",): (Said("çapın tarixi", False, 0),),
    ("dil.example/az/news/zelzele-787902",): (Said("zəlzələ", False, 0),),
    ("dil.example/ru/news/zemletryasenie-787902",): (Said("zəlzələ", False, 0, "ru"),),
    ("dil.example/en/news/earthquake-787902",): (Said("zəlzələ", False, 1, "en"), Said("zəlzələ", True, 2, "en")),
    ("dil.example/az/news/seckiler-787950",): (Said("seçki", False, 0),),
    ("dil.example/ru/news/vybory-787950",): (Said("seçki", False, 0, "ru"),),
    ("dil.example/az/news/ilin-yekunu-2026",): (Said("ilin yekunu", False, 0),),
    ("dil.example/az/news/ilin-plani-2026",): (Said("ilin planı", False, 0),),
    ("versiya.example/az/liman-tikilir",): (Said("liman", False, 0),),
    ("versiya.example/en/port-is-built",): (Said("liman", False, 1, "en"),),
    ("versiya.example/az/baliq-bazari",): (Said("balıq", False, 0),),
    ("versiya.example/ru/rybny-rynok",): (Said("balıq", False, 0, "ru"),),
    ("tele.example/t-on-sehife",): (Said("ön səhifə", False, 0),),
    ("tele.example/xeber/t-bolme",): (Said("bölmə", False, 0),),
    ("tele.example/t-basqa-1",): (Said("başqa 1", False, 0),),
    ("tele.example/t-basqa-2",): (Said("başqa 2", False, 0),),
    ("tele.example/t-basqasi",): (Said("başqası", False, 0),),
    ("tele.example/t-yad",): (Said("yad", False, 0),),
    ("tele.example/t-iki-sozlu",): (Said("iki sözlü", False, 0),),
    ("tele.example/t-dovre-1",): (Said("dövrə", False, 0),),
    ("tele.example/t-dovre-2",): (Said("dövrə", False, 0),),
    ("tele.example/t-zencir-1",): (Said("zəncir", False, 0),),
    ("tele.example/t-zencir-2", "tele.example/t-zencir-3"): (Said("zəncir", False, 0),),
    ("tele.example/t-sehifeli",): (Said("səhifəli", False, 0),),
    ("tele.example/t-sehifeli?sehife=2",): (Said("səhifəli, ikinci", False, 0),),
    ("tele.example/t-gec-1", "tele.example/t-gec-2"): (Said("gec", False, 0), Said("gec", False, 0)),
    ("tele.example/t-kocdu", "tele.example/t-yeni-yer"): (
        Said("köçdü", False, 0),
        Said("köçdü", False, 0),
        Said("köçdü", True, 3),
    ),
    ("tele.example/t-silindi",): (Said("silindi", False, 0),),
    ("tele.example/t-son-xeber",): (Said("son xəbər", False, 0),),
    ("tele.example/t-evvelki", "tele.example/t-indiki"): (Said("əvvəlki", False, 0), Said("əvvəlki", True, 2)),
}
MERGES = {  # merged, into, what said so, at which moment
    ("tele.example/t-gec-2", "tele.example/t-gec-1", "canonical", 2),
    ("tele.example/t-yeni-yer", "tele.example/t-kocdu", "redirect", 3),
}
TRANSLATIONS = {  # in order of their addresses
    ("dil.example/az/news/zelzele-787902", "dil.example/ru/news/zemletryasenie-787902", "shared_number"),
    ("dil.example/az/news/zelzele-787902", "dil.example/en/news/earthquake-787902", "shared_number"),
    ("dil.example/en/news/earthquake-787902", "dil.example/ru/news/zemletryasenie-787902", "shared_number"),
    ("dil.example/az/news/seckiler-787950", "dil.example/ru/news/vybory-787950", "shared_number"),
    ("versiya.example/az/liman-tikilir", "versiya.example/en/port-is-built", "hreflang"),
    ("versiya.example/az/baliq-bazari", "versiya.example/ru/rybny-rynok", "hreflang_one_way"),
}
EDITS = {  # address, from which number in its history to which, at which moment
    ("guzgu.example/az/2026/3/tam-metn", 1, 2, 1),
    ("guzgu.example/az/2026/3/anbar-yanir", 1, 2, 3),
    ("nomre.example/a/seki-festivali/33410001.html", 1, 2, 1),
    ("nomre.example/a/gence-parki/33410002.html", 1, 2, 3),
    ("forma.example/xeber/korpu-haqqinda", 1, 2, 2),
    ("forma.example/xeber/yol-haqqinda", 1, 2, 2),
    ("dil.example/en/news/earthquake-787902", 1, 2, 2),
    ("tele.example/t-kocdu", 2, 3, 3),
    ("tele.example/t-indiki", 1, 2, 2),
}
NOT_BELIEVED = {  # at which address something was claimed that was told of
    "tele.example/t-on-sehife",
    "tele.example/xeber/t-bolme",
    "tele.example/t-yad",
    "tele.example/t-iki-sozlu",
    "tele.example/t-sehifeli?sehife=2",
}
