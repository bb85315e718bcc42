"""Invented texts in three languages: for each name always the same one, and no two alike."""

from __future__ import annotations

from random import Random

_PARTS = {
    "az": (
        (
            "Bələdiyyə sədri|Kənd müəllimi|Gənc rəssam|Şəhər kitabxanası|Rayon həkimi|Yerli balıqçılar|Dəmiryol işçisi|"
            "Teatrın direktoru|Meyvə satıcısı|Universitet tələbələri|Çayxana sahibi|Dağ bələdçisi|"
            "Muzeyin mühafizi|Taksi sürücüsü"
        ),
        (
            "dünən axşam|bazar ertəsi səhər|keçən həftə|iki il sonra|yağışdan əvvəl|bayram günü|gözlənilmədən|ilk dəfə|"
            "sakinlərin xahişi ilə|uzun fasilədən sonra|payızın əvvəlində|gecə yarısı|səssizcə|qonşuların köməyi ilə"
        ),
        (
            "köhnə körpünün yanında|sahildəki anbarda|məktəbin həyətində|bazar meydanında|dağın ətəyində|yeni parkda|"
            "stansiyanın qarşısında|qədim qalada|çayın o tayında|xəstəxananın zalında|üzüm bağında|limanın girişində"
        ),
        (
            "su nasosunu təmir etdi|yüz iyirmi ağac əkdi|xəritəni hamıya göstərdi|yolu bağlamağı təklif etdi|"
            "qədim sikkələr tapdı|pulsuz dərslərə başladı|jurnalistlərin sualını cavablandırdı|yanğını söndürdü|"
            "sərginin açılışını elan etdi|üç tonluq məhsul topladı|hesabatı imzalamadı|nəğmə bayramı keçirdi"
        ),
    ),
    "ru": (
        (
            "Глава муниципалитета|Сельский учитель|Молодая художница|Городская библиотека|Районный врач|Местные рыбаки|"
            "Железнодорожник|Директор театра|Продавец фруктов|Студенты университета|Хозяин чайной|Горный проводник"
        ),
        (
            "вчера вечером|утром в понедельник|на прошлой неделе|через два года|перед дождём|в праздничный день|"
            "неожиданно|впервые|по просьбе жителей|после долгого перерыва|в начале осени|в полночь"
        ),
        (
            "возле старого моста|на складе у берега|во дворе школы|на рыночной площади|у подножия горы|в новом парке|"
            "напротив станции|в древней крепости|на том берегу реки|в зале больницы|в винограднике|у входа в порт"
        ),
        (
            "починил водяной насос|посадил сто двадцать деревьев|показал всем карту|предложил закрыть дорогу|"
            "нашёл древние монеты|начал бесплатные уроки|ответил на вопросы журналистов|потушил пожар|"
            "объявил об открытии выставки|собрал три тонны урожая|не подписал отчёт|провёл праздник песни"
        ),
    ),
    "en": (
        (
            "The mayor|A village teacher|The young painter|The city library|A district doctor|Local fishermen|"
            "The railway worker|The theatre's director|A fruit seller|University students|The owner of the tea house"
        ),
        (
            "yesterday evening|on Monday morning|last week|two years later|before the rain|on the holiday|"
            "unexpectedly|for the first time|at the residents' request|after a long pause|early in autumn|at midnight"
        ),
        (
            "beside the old bridge|in the warehouse on the shore|in the school yard|on the market square|"
            "at the foot of the mountain|in the new park|opposite the station|in the ancient fortress|across the river"
        ),
        (
            "repaired the water pump|planted a hundred and twenty trees|showed everybody the map|"
            "offered to close the road|"
            "found ancient coins|began free lessons|answered the reporters' questions|put out the fire|"
            "announced the exhibition|gathered three tonnes of grapes|did not sign the report|held a feast of songs"
        ),
    ),
}


def sentences(name: str, language: str = "az", count: int = 9) -> tuple[str, ...]:
    """The sentences of the text of that name."""
    random = Random(f"{language} {name}")  # invents, guards nothing
    subjects, times, places, deeds = (part.split("|") for part in _PARTS[language])
    return tuple(
        f"{random.choice(subjects)} {random.choice(times)} {random.choice(places)} {random.choice(deeds)}."
        for _ in range(count)
    )


def paragraphs(name: str, language: str = "az", *, edited: bool = False) -> tuple[str, ...]:
    """The text of that name, three sentences a paragraph; ``edited`` after its outlet put one more at its end."""
    said = sentences(name, language)
    whole = tuple(" ".join(said[start : start + 3]) for start in range(0, len(said), 3))
    return (*whole, sentences(f"{name}, one more", language, 1)[0]) if edited else whole


def headline(name: str, language: str = "az") -> str:
    """The headline of the text of that name."""
    return sentences(f"headline of {name}", language, 1)[0].rstrip(".")
