"""What the tests of PDFs read with, and the invented texts in their files."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.pdf.document import DocumentHints, extract_document
from domain.extraction import Extraction
from outlets.documents import DocumentName
from tests.pdf_maker import PdfPage

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
PROSE = (
    "The regional court in the port town of Sahil closed its doors to the public on the first morning of the hearing, "
    "and the lawyers of the three defendants were told that the list of witnesses had been shortened overnight. "
    "Observers who had come from the capital waited in the corridor until the early evening and were then sent home."
)
MORE = (
    "Relatives said that letters had not arrived for five weeks. The administration of the prison answered that the "
    "post was late because of the weather, which had been mild and dry for most of the month in question."
)
AZ = (
    "Liman şəhərində yerləşən məhkəmə dinləmənin ilk səhəri qapılarını ictimaiyyətə bağladı və üç təqsirləndirilən "
    "şəxsin vəkillərinə bildirildi ki, şahidlərin siyahısı gecə ikən qısaldılıb. Paytaxtdan gələn müşahidəçilər axşama "
    "qədər dəhlizdə gözlədilər və sonra evə göndərildilər."
)
RU = (
    "Районный суд портового города закрыл двери для публики в первое утро слушаний, а адвокатам троих обвиняемых "
    "сообщили, что список свидетелей за ночь сократили. Наблюдатели, приехавшие из столицы, до вечера ждали в "
    "коридоре, после чего их отправили домой."
)
TR = (
    "Liman kentindeki mahkeme, duruşmanın ilk sabahı kapılarını halka kapattı ve üç sanığın avukatlarına tanık "
    "listesinin gece boyunca kısaltıldığı bildirildi. Başkentten gelen gözlemciler akşama kadar koridorda bekledi "
    "ve ardından evlerine gönderildi."
)


def read(body: bytes, *, name: DocumentName | None = None, outlet: str = "") -> Extraction:
    """What the reader gives for a file."""
    hints = DocumentHints(name or DocumentName(), (outlet,) if outlet else ())
    return extract_document(body, zone=BAKU, now=NOW, hints=hints)


def page_of(text: str = PROSE, *, title: str | None = None, top: float = 700) -> PdfPage:
    """A page with a paragraph, under a title where there is one."""
    page = PdfPage()
    if title:
        page.put(title, 60, 760, 20)
    page.paragraph(text, 60, top)
    return page
