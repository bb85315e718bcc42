"""detect_language: the four languages of the catalogue, and none of their neighbours taken for them."""

import pytest

from text.language import detect_language

AZ_ASCII = "Bakida jurnalist hebs olunub, vekili qerardan sikayet verecek, lakin mehkeme hele vaxt teyin etmeyib."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Məhkəmə jurnalistin həbs müddətini uzadıb.", "az"),
        ("Prezident yeni qanunu imzalayıb", "az"),
        (AZ_ASCII, "az"),
        ("Бакыда журналист һәбс олунуб, вәкили гәрардан шикајәт верәҹәк.", "az"),
        ("Mahkeme gazetecinin tutukluluk süresini uzattı.", "tr"),
        ("Bakude gazeteci tutuklandi, avukati karara itiraz edecek.", "tr"),
        ("CUMHURBAŞKANI YENİ YASAYI İMZALADI", "tr"),
        ("Valiliğe göre köprü sabah saatlerinde kapatıldı.", "tr"),
        ("Суд продлил срок ареста журналиста.", "ru"),
        ("The court extended the journalist's detention.", "en"),
        ("Суд продовжив термін арешту журналіста.", "uk"),
        ("Президентът подписа новия закон за медиите.", "bg"),
        ("სასამართლომ ჟურნალისტს პატიმრობა გაუგრძელა", "ka"),
        ("Դատարանը երկարաձգել է լրագրողի կալանքը", "hy"),
        ("دادگاه بازداشت روزنامه‌نگار را تمدید کرد", "fa"),
        ("Das Gericht verlängerte die Haft der Journalistin.", "de"),
        ("Le tribunal a prolongé la détention du journaliste.", "fr"),
        ("El tribunal prorrogó la detención del periodista.", "es"),
        ("Sud jurnalistning qamoq muddatini uzaytirdi va advokat shikoyat qildi", "uz"),
        ("Kazyýet žurnalistiň tussaglyk möhletini uzaltdy", "tk"),
    ],
)
def test_a_sentence_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "12:30", "???", "COP29", "Baku", "https://example.org/az/xeber-mehkeme-jurnalist"]
)
def test_too_little_text_is_not_told(text: str) -> None:
    assert detect_language(text) is None


def test_a_name_with_schwa_does_not_make_a_turkish_text_azerbaijani() -> None:
    text = "Gövhər Adalı'nın açıklamasına göre baraj boşaltılıyor ve köylüler için yeni evler yapılacak."
    assert detect_language(text) == "tr"


def test_names_in_another_script_do_not_change_the_language() -> None:
    assert detect_language("Сотрудники AbzasMedia и Meydan TV вышли на свободу после года под стражей.") == "ru"


def test_what_the_source_declares_decides_where_the_text_does_not() -> None:
    assert detect_language("Baku", declared="az") == "az"
    assert detect_language("Baku", declared="az-AZ") == "az"
    assert detect_language("Baku", declared="ru") is None  # another script
    assert detect_language("Суд продлил срок ареста журналиста.", declared="en") == "ru"


def test_an_answer_outside_the_asked_languages_is_none() -> None:
    assert detect_language("Das Gericht verlängerte die Haft.", among=("az", "ru", "tr", "en")) is None
