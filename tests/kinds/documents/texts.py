"""The truth of each text of the documents' world: what must come out. The texts themselves stand in ``texts.md``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Sections = tuple[tuple[int, str], ...]  # level and title
WRITTEN = Path(__file__).with_name("texts.md")


@dataclass(frozen=True, slots=True)
class Truth:
    """What the store must hold of one text. ``published`` is as a stated time prints, None where nothing is stated."""

    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    language: str
    published: str | None
    source: str | None
    authors: tuple[str, ...] = ()
    kind: str = "article"
    sections: Sections = ()
    footnotes: tuple[str, ...] = ()
    pages: int | None = None
    external_id: str | None = None
    parts: int = 0

    @property
    def text(self) -> str:
        """The paragraphs as they are stored."""
        return "\n\n".join(self.paragraphs)


def _written() -> dict[str, tuple[str, ...]]:
    """The paragraphs by the name of their text."""
    texts = WRITTEN.read_text(encoding="utf-8").split("\n## ")[1:]
    return {name: tuple(filter(None, body.split("\n"))) for name, _, body in (text.partition("\n") for text in texts)}


_TEXTS = _written()
_SUBJECTS = ("a radio editor", "a cameraman", "the owner of a print shop", "a school teacher", "a court reporter")
_PLACES = ("Sahil", "Dənizli", "Qovaq", "Tut", "Yalama", "Ağbulaq", "Çinarlı")
_CHARGES = ("smuggling", "tax evasion", "hooliganism", "illegal business", "drug possession")


def _case(number: int) -> str:
    return _TEXTS["case"][0].format(
        number=number,
        subject=_SUBJECTS[number % 5],
        place=_PLACES[number % 7],
        charge=_CHARGES[number % 3 + number % 2],
        witnesses=number + 2,
        times=number % 4 + 1,
    )


CASES = tuple(_case(number) for number in range(1, 34))
_GROUPS = ("Reporters and Editors", "Printers", "Teachers")
_AT = _TEXTS["report"].index("Recommendations")

ARTICLE = Truth(
    outlet="lerik-media",
    title="Deputy speaker mocks exiled blogger at security forum",
    paragraphs=_TEXTS["article"],
    language="en",
    published="2026-02-16T14:05:00+04:00",
    source="meta",
    authors=("Nigar Sadiqli",),
)
SHORT_NEWS = Truth(
    outlet="haqq-watch",
    title="Jailed activist's private pictures appear online",
    paragraphs=_TEXTS["short news"],
    language="en",
    published="2023-02-27",
    source="text",
)
REPORT_SUBTITLE = "Prosecution of Those Who Write, Film and Print"
REPORT = Truth(
    outlet="haqq-watch",
    title="“We Learned to Be Quiet”",
    paragraphs=(
        REPORT_SUBTITLE,
        *_TEXTS["report"][:_AT],
        *(part for n, group in enumerate(_GROUPS) for part in (group, *CASES[11 * n : 11 * n + 11])),
        *_TEXTS["report"][_AT:],
    ),
    language="en",
    published="2024-10-08",
    source="url",
    kind="report",
    sections=(
        (1, "Summary"),
        (1, "Methodology"),
        (1, "The Cases"),
        *((2, group) for group in _GROUPS),
        (1, "Recommendations"),
    ),
    footnotes=tuple(
        f"{n} Interview with a relative, name withheld, {_PLACES[n % 7]}, {n} May 2024." for n in range(1, 13)
    ),
)
RELEASE = Truth(
    outlet="haqq-watch",
    title="Thirty-three prosecuted for their work, new report says",
    paragraphs=_TEXTS["release"],
    language="en",
    published="2024-10-08T04:00:00+00:00",
    source="meta",
)
PDF_BODY = _TEXTS["statement"]
PDF = Truth(
    outlet="haqq-watch",
    title="Youth activists must be released",
    paragraphs=PDF_BODY,
    language="en",
    published="2017-02-14",
    source="text",
    kind="document",
    footnotes=("1 Decision of the court of grave crimes, on file with Haqq Watch.",),
    pages=2,
    external_id="ABC 12/0044/2017",
)
AZ_COLUMNS = _TEXTS["columns"]
PDF_AZ = Truth(
    outlet="haqq-watch",
    title="Qapı arxasında: üç liman",
    paragraphs=AZ_COLUMNS,
    language="az",
    published="2019-03-05",
    source="file",
    kind="document",
    pages=1,
)
PARTS = tuple(_TEXTS[f"part {number}"] for number in (1, 2, 3))
IN_PARTS = Truth(
    outlet="lerik-media",
    title="Çayla on bir gün",
    paragraphs=tuple(paragraph for part in PARTS for paragraph in part),
    language="az",
    published="2026-02-20T09:00:00+04:00",
    source="meta",
    authors=("Rəna Məlikli",),
    parts=3,
)
LIVE_ENTRIES = _TEXTS["live blog"]  # each begins with its time
LIVE = Truth(
    outlet="lerik-media",
    title="LIVE: Sahil council votes on the port, as it happened",
    paragraphs=tuple(entry[6:] for entry in LIVE_ENTRIES),
    language="en",
    published="2026-02-18T15:20:00+04:00",
    source="meta",
    kind="live_blog",
)
DAY = Truth(
    outlet="lerik-media",
    title="19 fevral – günün xəbərləri",
    paragraphs=_TEXTS["day page"],
    language="az",
    published="2026-02-19T20:00:00+04:00",
    source="meta",
    kind="day_page",
    sections=tuple((1, heading) for heading in _TEXTS["day page"][::2]),
)
