"""Topics: which texts answer a question, and the words that prove it."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.topics import CompiledTopic, breadth_warning, compile_topic, static_warnings, topic_hash
from domain.errors import QueryError
from domain.topic import Topic
from text.clean import clean_text


def topic(**queries: str) -> Topic:
    return Topic("sample", "Sample", queries)


def compiled(**queries: str) -> CompiledTopic:
    return compile_topic(topic(**queries))


def found(asked: CompiledTopic, text: str, language: str | None) -> list[str] | None:
    spans = asked.match(text, language)
    return None if spans is None else [text[span.start : span.end] for span in spans]


SINGER = compiled(
    az='"Mehman Hüseynov" NOT "Hani Bes"',
    ru='"Мехман Гусейнов" NOT "Hani Bes"',
    en='"Mehman Huseynov" NOT "Hani Bes"',
    tr='"Mehman Hüseynov"',
)
COUNCIL = compiled(az='"Sülh Şurası"', ru='"Совет мира"', tr='"Barış Kurulu" OR "Barış Konseyi"', en='"Board of Peace"')
GAS = compiled(az='qaz OR "mavi yanacaq"', ru="газ", tr="doğalgaz OR gaz", en="gas AND (supply OR price)")


@pytest.mark.parametrize(
    ("asked", "language", "text", "proof"),
    [
        (SINGER, "az", "Dünən Mehman Hüseynova məktub gəlib.", ["Mehman Hüseynova"]),  # a dative
        (SINGER, "az", "Mehman Hüseynovun vəkili danışdı.", ["Mehman Hüseynovun"]),
        (SINGER, "az", "Bloqer M.Hüseynov qayıdıb.", ["M.Hüseynov"]),
        (SINGER, "az", "Mehman Rafiq oğlu Hüseynov saxlanılıb.", ["Mehman Rafiq oğlu Hüseynov"]),
        (SINGER, "az", "Tələbə Leyla Hüseynova mükafat alıb.", None),  # a woman's surname
        (SINGER, "az", "Mehmanə Hüseynova mahnı oxudu.", None),
        (SINGER, "az", "Mehman Hüseynov «Hani Bes» mahnısını təqdim etdi.", None),
        (SINGER, "az", "Mehman gəldi, Hüseynov getdi.", None),
        (SINGER, "ru", "Полиция отпустила Мехмана Гусейнова.", ["Мехмана Гусейнова"]),
        (SINGER, "ru", "Мехману Рафиг оглы Гусейнову вручили повестку.", ["Мехману Рафиг оглы Гусейнову"]),
        (SINGER, "ru", "Блогер назвался латиницей: Mehman Hüseynov.", ["Mehman Hüseynov"]),
        (SINGER, "tr", "Blog yazarı Mehman Hüseynov'un davası sürüyor.", ["Mehman Hüseynov'un"]),
        (SINGER, "en", "Mehman Huseynov’s brother spoke.", ["Mehman Huseynov’s"]),
        (COUNCIL, "az", "Ölkə Sülh Şurasına qoşuldu.", ["Sülh Şurasına"]),
        (COUNCIL, "az", "Avropa Şurası bəyanat verdi.", None),
        (COUNCIL, "az", "Avropa Şurası: sülh vacibdir", None),
        (COUNCIL, "az", "Sülh. Şurası toplandı.", None),
        (COUNCIL, "ru", "На Совете мира выступил посол.", ["Совете мира"]),
        (COUNCIL, "ru", "Совет Европы молчит.", None),
        (COUNCIL, "ru", "Мы дали совет, мира ждут все.", None),
        (COUNCIL, "tr", "Barış Konseyi'nin toplantısı ertelendi.", ["Barış Konseyi'nin"]),
        (COUNCIL, "tr", "Barış kurulu bir sofrada gülümsedi.", None),
        (GAS, "az", "Kəndə qazın verilişi dayandı, mavi yanacağa tələbat artdı.", ["qazın", "mavi yanacağa"]),
        (GAS, "az", "Qazi toya gəlmədi.", None),
        (GAS, "az", "Qaz küçəsində təmir gedir.", None),
        (GAS, "az", "Dünən «Qaz» klubu qalib gəldi.", None),
        (GAS, "az", "Kende qazin verilisi dayandi.", ["qazin"]),  # typed without Azerbaijani letters
        (GAS, "ru", "Тарифы на газ выросли.", ["газ"]),
        (GAS, "ru", "Газон постригли.", None),
        (GAS, "en", "Higher gas prices hit towns.", ["gas prices"]),
        (GAS, "en", "The price of bread rose as gas ran out.", ["price", "gas"]),
        (GAS, "en", "Gas leaked.", None),
    ],
)
def test_a_text_is_matched_with_its_proof(
    asked: CompiledTopic, language: str, text: str, proof: list[str] | None
) -> None:
    assert found(asked, text, language) == proof


def test_other_scripts_are_asked_the_other_languages_queries() -> None:
    asked = compiled(az="trol", ru="тролль")
    assert found(asked, "Автор пишет: «bu trol ordusudur».", "ru") == ["trol"]
    assert found(asked, "O, «фабрика троллей» dedi.", "az") == ["троллей"]


def test_a_common_word_of_another_language_in_the_same_script_is_not_asked() -> None:
    asked = compiled(tr="af", en="pardon")
    assert found(asked, "An AF lens and a pardon.", "en") == ["pardon"]
    assert found(asked, "Pardon dedi və getdi.", "az") is None


def test_a_capitalised_name_is_found_in_every_language() -> None:
    asked = compiled(en='"Emin Huseynov"')
    assert found(asked, "Dünən Emin Huseynova cavab verildi.", "az") == ["Emin Huseynova"]
    assert found(asked, "Emin Huseynov sprach in Genf.", "de") == ["Emin Huseynov"]


def test_the_query_any_is_asked_of_every_text() -> None:
    asked = compiled(any="COP29 OR 206.3.2 OR Qarabağ")
    for text, language, proof in (
        ("COP29-un yekunu", "az", ["COP29-un"]),
        ("Итоги COP-29 подведены", "ru", ["COP-29"]),
        ("the COP 29 summit", "en", ["COP 29"]),
        ("206.3.2-ci maddə", "az", ["206.3.2-ci"]),
        ("Qarabağın xəritəsi", "az", ["Qarabağın"]),
        ("Qarabağ'da kış", "tr", ["Qarabağ'da"]),
        ("die Karte von Qarabağ", "de", ["Qarabağ"]),
    ):
        assert found(asked, text, language) == proof
    assert found(asked, "206.3.1-ci maddə", "az") is None


def test_a_text_of_unknown_language_is_asked_everything() -> None:
    asked = compiled(az="qaçqın", ru="беженец", tr="mülteci", en="refugee")
    assert found(asked, "Qaçqınlar", None) == ["Qaçqınlar"]
    assert found(asked, "беженцы", None) == ["беженцы"]
    assert found(asked, "Refugees", None) == ["Refugees"]


def test_a_word_in_capitals_asks_for_capitals() -> None:
    asked = compiled(en="PACE", az="AİHM")
    assert found(asked, "The PACE vote is near.", "en") == ["PACE"]
    assert found(asked, "The pace of growth slowed. Pace matters.", "en") is None
    assert found(asked, "AİHM-in qərarı var.", "az") == ["AİHM-in"]


def test_an_exact_word_has_no_endings_and_a_prefix_has_any() -> None:
    assert found(compiled(az="=sancaq"), "Sancağı itirdi.", "az") is None
    assert found(compiled(az="=sancaq"), "SANCAQ yayımladı.", "az") == ["SANCAQ"]
    assert found(compiled(az="sanc*"), "Sancağı itirdi.", "az") == ["Sancağı"]


def test_a_dative_is_told_from_a_womans_surname_where_the_words_before_it_tell() -> None:
    alone = compiled(az="Hüseynov")
    assert found(alone, "Vəkil Hüseynova zəng etdi.", "az") == ["Hüseynova"]
    assert found(alone, "Tələbə Sevda Hüseynova danışdı.", "az") is None
    assert found(alone, "Jurnalist S. Hüseynova danışdı.", "az") is None
    assert found(SINGER, "Müğənni M.Hüseynova oxudu.", "az") is None
    assert found(SINGER, "Bloqer M.Hüseynovun evi", "az") == ["M.Hüseynovun"]


def test_words_of_a_phrase_may_stand_in_quotation_marks_but_not_in_two_sentences() -> None:
    asked = compiled(az='"Meydan TV işi"', ru='"дело Meydan TV"')
    assert found(asked, "«Meydan TV» işi üzrə məhkəmə", "az") == ["Meydan TV» işi"]
    assert found(asked, "По делу «Meydan TV» допросили троих", "ru") == ["делу «Meydan TV"]
    assert found(asked, "Bu Meydan TV. İşi uzadıldı", "az") is None


def test_every_form_in_a_text_without_capitals_is_found() -> None:
    assert found(SINGER, "mehman hüseynovun vəkili", "az") == ["mehman hüseynovun"]


def test_what_is_excluded_shows_no_spans() -> None:
    asked = compiled(az="bank NOT çay")
    assert found(asked, "Bankın filialı bağlandı.", "az") == ["Bankın"]
    assert found(asked, "Bankda çaya qonaq etdilər.", "az") is None


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ({}, "sample: expected a query for at least one language"),
        ({"az": "qaz AND"}, "sample: az: at character 8: expected a word"),
        ({"de": "Gas"}, "sample: de: no language of queries; expected one of az, ru, tr, en, any"),
        ({"en": "NOT gas"}, "sample: en: at character 1"),
    ],
)
def test_a_wrong_query_names_topic_language_and_place(queries: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError) as raised:
        compile_topic(topic(**queries))
    assert str(raised.value).startswith(message)


def test_the_hash_changes_with_the_queries_alone() -> None:
    one = Topic("a", "A", {"az": "qaz", "ru": "газ"}, note="x")
    assert topic_hash(one) == topic_hash(Topic("b", "B", {"ru": "газ", "az": "qaz"}))
    assert topic_hash(one) != topic_hash(Topic("a", "A", {"az": "qaz", "ru": "нефть"}))
    assert compile_topic(one).hash == topic_hash(one)


def test_a_topic_that_matches_half_of_everything_is_warned_of() -> None:
    warning = breadth_warning(topic(az="və"), 60, 100)
    assert warning is not None
    assert "60 of 100 texts (60 %)" in warning
    assert breadth_warning(topic(az="və"), 10, 100) is None
    assert breadth_warning(topic(az="və"), 3, 3) is None
    assert breadth_warning(topic(az="və"), 0, 0) is None


def test_short_words_alone_and_small_operators_are_warned_of() -> None:
    warnings = static_warnings(topic(az="qaz OR (su AND boru)", en="gas and price", tr="=af OR AİHM"))
    assert [warning.split(" at ")[0] for warning in warnings] == ['sample: az: "qaz"', 'sample: en: "and"']


@given(st.text(st.sampled_from("Mehman Hüseynov'ıəQqaz.«»\n-B а1"), max_size=60).map(clean_text))
def test_spans_are_in_order_apart_and_inside_the_text(text: str) -> None:
    for asked, language in ((SINGER, "az"), (GAS, "az"), (GAS, None), (COUNCIL, "tr")):
        spans = asked.match(text, language) or ()
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(before.end < after.start for before, after in pairwise(spans))


def test_a_text_made_to_be_slow_is_matched_in_time() -> None:
    for text in ("qaz-" * 20_000, "Mehman " * 20_000, "M. " * 20_000, "Mehman Rafiq oğlu " * 5_000):
        started = time.process_time()
        GAS.match(text, "az")
        SINGER.match(text, "az")
        assert time.process_time() - started < 10


def test_a_phrase_of_many_cut_words_is_compiled() -> None:
    numbered = " ".join(f"cop{n}" for n in range(40))
    assert found(compiled(en=f'"{numbered}"'), f"x {numbered}", "en") == [numbered]
