"""The outlets of this world as catalogue files."""

from __future__ import annotations

from pathlib import Path

_GROUP = '\n[[groups]]\ngroup = "independent"\nreason = "Invented."\n'
_TOPIC = 'slug = "su"\ntitle = "Su nasosları"\n[queries]\naz = "nasos"\nru = "насос"\nen = "pump"\n'
_OUTLETS = {
    "guzgu": (
        (
            "home = 'http://guzgu.example:PORT/'\nlanguages = ['az']\n"
            "hosts = ['guzgu.example:PORT', 'guzgu-net.example:PORT', 'guzgu-info.example:PORT']\n"
            r"article_url = '^https?://(?:www\.)?guzgu(?:-net|-info)?\.example(?::\d+)?/az/\d{4}/\d{1,2}/[^/?#]+$'"
        ),
        {
            "tam": "http://guzgu.example:PORT/tam.xml full",
            "tam-net": "http://guzgu-net.example:PORT/tam.xml full",
            "rss": "http://guzgu.example:PORT/rss.xml",
            "rss-info": "http://guzgu-info.example:PORT/rss.xml",
        },
    ),
    "nomre": (
        (
            "home = 'http://nomre.example:PORT/'\nlanguages = ['az']\nhosts = ['nomre.example:PORT']\n"
            r"article_url = '^https?://(?:www\.)?nomre\.example(?::\d+)?/a/(?:[^/]+/)?\d+\.html$'"
            "\n"
            r"external_id = '/(\d+)\.html$'"
        ),
        {"rss": "http://nomre.example:PORT/api/rss", "kopya": "http://d1kopya.cloudfront.net:PORT/api/rss"},
    ),
    "forma": (
        "home = 'http://forma.example:PORT/'\nlanguages = ['az']\nhosts = ['forma.example:PORT']",
        {"rss": "http://forma.example:PORT/rss", "telefon": "http://forma.example:PORT/telefon.xml"},
    ),
    "dil": (
        (
            "home = 'http://dil.example:PORT/'\nlanguages = ['az', 'ru', 'en']\nhosts = ['dil.example:PORT']\n"
            r"article_url = '^https?://dil\.example(?::\d+)?/(?:az|ru|en)/[a-z-]+/[^/?#]+$'"
            "\n"
            r"external_id = '-(\d+)$'"
            "\ntranslations_share_id = true"
        ),
        {"rss": "http://dil.example:PORT/rss"},
    ),
    "versiya": (
        "home = 'http://versiya.example:PORT/'\nlanguages = ['az', 'ru', 'en']\nhosts = ['versiya.example:PORT']",
        {"rss": "http://versiya.example:PORT/rss"},
    ),
    "tele": (
        "home = 'http://tele.example:PORT/'\nlanguages = ['az']\nhosts = ['tele.example:PORT']",
        {"rss": "http://tele.example:PORT/rss"},
    ),
}


def write_catalogue(folder: Path, port: int) -> Path:
    """Write ``<slug>.toml`` for every outlet and the one topic; gives ``folder`` back."""
    (folder / "topics").mkdir(parents=True, exist_ok=True)
    (folder / "topics" / "su.toml").write_text(_TOPIC, encoding="utf-8")
    for slug, (facts, channels) in _OUTLETS.items():
        lines = [f'slug = "{slug}"', f'name = "{slug.capitalize()}"', facts, _GROUP]
        for name, told in channels.items():
            url, _, body = told.partition(" ")
            lines.append(f'[[channels]]\nslug = "{name}"\nkind = "feed"\nurl = "{url}"\nevidence = "A"')
            lines.append(f'body = "{body or "summary"}"\n')
        lines.append("[politeness]\ndelay_s = 0.0")
        (folder / f"{slug}.toml").write_text("\n".join(lines).replace("PORT", str(port)), encoding="utf-8")
    return folder
