"""Evidence of each kind of article: merged, in parts, a document, a feed's own text, rendered, removed, pruned."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from crawler.archive import archive_files
from crawler.fetch.engine import Rendering
from crawler.retained import Limits
from crawler.retention import Retention
from domain.fetch import FetchOutcome, Reason, Response
from domain.outlet import FeedBody
from storage.merging import merge_by_hand
from storage.tables import ArticleRow, ArticleStateRow, FetchRow
from tests.evidence.proving import (
    DAY,
    EDITED,
    HOUR,
    again,
    checked,
    edited_article,
    files_of,
    manifest,
    proven,
    table,
    warc,
)
from tests.pdf_maker import PdfPage, pdf
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, SENTENCES, SmallCrawl, feed, item, outlet, page, paragraphs

GOOD = {"sums": True, "warc": True, "chain": True}
PDF = (("Content-Type", "application/pdf"),)


def test_an_article_at_two_addresses_is_one_with_the_looks_at_both(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.read("/a", page(), at=NOW)
    crawl.read("/b", page(*EDITED), at=NOW + DAY)
    crawl.store.write(lambda session: merge_by_hand(session, 2, 1, "One text.", at=NOW + 2 * DAY))

    written = proven(crawl, tmp_path / "out", 2)

    assert written.folder.joinpath("texts/revision-002.txt").read_text(encoding="utf-8") == "\n\n".join(EDITED)
    assert [row["address"] for row in table(written.folder, "looks.csv")] == [f"https://{HOST}/a", f"https://{HOST}/b"]
    assert "article 2 was merged into 1, by person: One text." in (written.folder / "history.txt").read_text("utf-8")
    assert checked(written.folder, tmp_path / "elsewhere") == GOOD


def test_a_text_in_parts_has_the_record_of_each(crawl: SmallCrawl, tmp_path: Path) -> None:
    bodies = []
    for number in (1, 2):
        other = "/uzun?page=2" if number == 1 else "/uzun"
        sentences = (f"{number}-ci hissə. {SENTENCES[0]} {SENTENCES[1]}", f"{SENTENCES[2]} {SENTENCES[3]}")
        body = page(*sentences, title="Uzun yol").decode()
        pager = f"<div class='pager'><a href='{other}'>{3 - number}</a></div></article>"
        bodies.append(body.replace("</article>", pager).encode())
        crawl.read("/uzun" if number == 1 else "/uzun?page=2", bodies[-1], at=NOW + number * HOUR)

    folder = proven(crawl, tmp_path / "out").folder

    assert [row["shows"] for row in table(folder, "looks.csv")] == ["part 1 of revision 1", "part 2 of revision 1"]
    assert [body for kind, _, body in warc(folder) if kind == "response"] == bodies
    (_, step) = manifest(folder)["chain"]
    assert [record["url"].rpartition("/")[2] for record in step["entry"]["records"]] == ["uzun", "uzun?page=2"]
    assert checked(folder, tmp_path / "elsewhere") == GOOD


def test_a_document_is_there_as_it_came(crawl: SmallCrawl, tmp_path: Path) -> None:
    document = PdfPage().put("A new bridge was opened", 60, 780, 20)
    document.paragraph("The bridge is a hundred and twenty metres long and was two years in the making. " * 4, 60, 700)
    body = pdf(document)
    crawl.read("/hesabat.pdf", body, headers=PDF)

    folder = proven(crawl, tmp_path / "out").folder

    assert [found for kind, _, found in warc(folder) if kind == "response"] == [body]
    assert "hundred and twenty metres" in (folder / "texts/revision-001.txt").read_text(encoding="utf-8")
    assert checked(folder, tmp_path / "elsewhere") == GOOD


def test_a_feeds_own_text_is_proven_by_the_polls_that_carried_it(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.outlet = outlet(body=FeedBody.FULL, page_fetch=False)
    crawl.start()
    without = feed(item("/z", "Başqa xəbər", text=paragraphs(*reversed(SENTENCES))))
    first = feed(item("/a", text=paragraphs()))
    edited = feed(item("/a", text=paragraphs(*EDITED)))
    for number, body in enumerate((without, first, edited)):
        crawl.read(None, body, at=NOW + number * HOUR)
    with crawl.store.read() as session:
        number = session.scalars(select(ArticleRow.id).where(ArticleRow.url == f"https://{HOST}/a")).one()

    folder = proven(crawl, tmp_path / "out", number).folder

    looks = table(folder, "looks.csv")
    assert [(row["channel"], row["shows"]) for row in looks] == [
        ("xeber/feed", ""),
        ("xeber/feed", "revision 1; first listed by xeber/feed"),
        ("xeber/feed", "revision 2"),
    ]
    assert [body for kind, _, body in warc(folder) if kind == "response"] == [without, first, edited]
    assert "read by    parallax" in (folder / "history.txt").read_text(encoding="utf-8")
    assert ", from the feed" in (folder / "history.txt").read_text(encoding="utf-8")
    assert checked(folder, tmp_path / "elsewhere") == GOOD


def test_a_list_that_was_unchanged_when_it_did_not_have_the_article_is_there_too(
    crawl: SmallCrawl, tmp_path: Path
) -> None:
    without = feed(item("/z", "Başqa xəbər"))
    crawl.read(None, without, at=NOW)
    unchanged = crawl.finished(crawl.target(), b"", at=NOW + HOUR, status=304)
    crawl.committed(replace(unchanged, look=replace(unchanged.look, outcome=FetchOutcome.NOT_MODIFIED, error=None)))
    crawl.read(None, feed(item("/a"), item("/z", "Başqa xəbər")), at=NOW + 2 * HOUR)
    crawl.read("/a", page(), at=NOW + 2 * HOUR)

    folder = proven(crawl, tmp_path / "out").folder

    looks = table(folder, "looks.csv")
    assert [(row["outcome"], row["record"]) for row in looks[:2]] == [("ok", "here"), ("not_modified", "none")]
    assert warc(folder)[1][2] == without
    assert "after 2 Mar 2026 10:05, by 2 Mar 2026 11:05" in (folder / "history.txt").read_text(encoding="utf-8")


def test_a_rendered_page_is_there_with_what_it_was_made_of(crawl: SmallCrawl, tmp_path: Path) -> None:
    target = crawl.target("/a")
    raw = Response(target.url, 200, (*HTML, ("X-Served-By", "edge")), b"<div id=root></div>", NOW, NOW)
    finished = replace(crawl.finished(target, page()), rendering=Rendering(raw, "Chromium 150"))
    (done,) = crawl.committed(finished)
    assert done.fetch_id is not None
    crawl.reader.read(done.fetch_id)
    again(crawl, page(), at=NOW + HOUR)

    folder = proven(crawl, tmp_path / "out").folder

    assert [(kind, body) for kind, _, body in warc(folder)][1:3] == [("response", raw.body), ("conversion", page())]
    first, second = table(folder, "looks.csv")
    assert "X-Served-By: edge" in (folder / first["headers"]).read_text(encoding="utf-8")
    assert second["body_offset"] == first["offset"]
    assert checked(folder, tmp_path / "elsewhere") == GOOD


def test_a_removal_is_there_with_the_answer_that_showed_it(crawl: SmallCrawl, tmp_path: Path) -> None:
    edited_article(crawl)
    with crawl.store.read() as session:
        gone = session.scalars(select(FetchRow.id).where(FetchRow.status == 404)).one()
        last_good = session.scalars(select(FetchRow.requested_at).where(FetchRow.channel_id.is_(None))).all()[-2]
    row = ArticleStateRow(
        article_id=1, state="removed", at=NOW + 2 * DAY, fetch_id=gone, how="not_found", last_seen_at=last_good, looks=3
    )
    crawl.store.write(lambda session: session.add(row))

    folder = proven(crawl, tmp_path / "out").folder

    (state,) = [row for row in table(folder, "states.csv") if row["state"] == "removed"]
    assert (state["at"], state["last_seen_at"]) == ("2026-03-04T05:05:00+00:00", "2026-03-03T05:05:00+00:00")
    assert state["in_words"] == "removed: its address answers 404 (3 looks in a row)"
    (look,) = [row for row in table(folder, "looks.csv") if row["fetch"] == state["fetch"]]
    assert "state removed" in look["shows"]
    assert manifest(folder)["chain"][-1]["entry"]["state"] == "removed"
    assert checked(folder, tmp_path / "elsewhere") == GOOD


def test_what_retention_dropped_is_named_with_its_digest(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.read("/a", page(), at=NOW)
    for number in (1, 2, 3):  # the text it had, in other bytes
        same = page(head=f"<meta name='n' content='{number}'>")
        crawl.read("/a", same, at=NOW + number * HOUR, reason=Reason.RECHECK)
    before = proven(crawl, tmp_path / "before").folder
    crawl.read("/a", page(*EDITED), at=NOW + DAY, reason=Reason.RECHECK)
    crawl.read(None, feed(item("/z", "Başqa xəbər")), at=NOW + 2 * DAY)  # the slot's last file is never pruned
    limits = Limits(keep=timedelta(0), most_bytes=1)
    done = Retention(crawl.store, crawl.archive, limits, now=NOW + 100 * DAY, is_ours=lambda _: True).run()
    assert done.dropped.records == 2

    written = proven(crawl, tmp_path / "after", at=NOW + 101 * DAY)

    dropped = manifest(written.folder)["records"]["dropped"]
    looks = {row["record_id"]: row for row in table(written.folder, "looks.csv")}
    assert written.dropped == len(dropped) == 2
    for one in dropped:
        assert looks[one["record_id"]]["record"].startswith("dropped 2026-06-10T")
        assert looks[one["record_id"]]["payload_sha256"] == one["payload_sha256"]
    assert {one["record_id"] for one in dropped} <= {row["record_id"] for row in table(before, "looks.csv")}
    assert "The bytes of 2 were dropped" in (written.folder / "README.txt").read_text(encoding="utf-8")
    links = manifest(before)["chain"]
    assert manifest(written.folder)["chain"][: len(links)] == links
    assert checked(written.folder, tmp_path / "elsewhere") == GOOD


def test_a_record_that_cant_be_read_is_named_and_the_rest_is_there(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.read("/a", page(), at=NOW)
    crawl.read("/a", page(*EDITED), at=NOW + DAY, reason=Reason.RECHECK)
    first, _ = archive_files(crawl.archive)
    (crawl.archive / first).unlink()

    written = proven(crawl, tmp_path / "out")

    assert list(written.missing.values()) == [f"{first}: is not in this machine's archive folder"]
    (missing,) = manifest(written.folder)["records"]["missing"]
    assert missing["problem"] == f"{first}: is not in this machine's archive folder"
    assert [row["record"][:7] for row in table(written.folder, "looks.csv")] == ["missing", "here"]
    assert checked(written.folder, tmp_path / "elsewhere") == GOOD


def test_a_folder_without_any_record_says_so(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.read("/a", page(), at=NOW)
    for file in archive_files(crawl.archive):
        (crawl.archive / file).unlink()

    folder = proven(crawl, tmp_path / "out").folder

    assert not any(path.startswith("records/") for path in files_of(folder))
    assert "There are no records here" in (folder / "README.txt").read_text(encoding="utf-8")


def test_the_group_of_the_day_stands_with_its_reason(crawl: SmallCrawl, tmp_path: Path) -> None:
    crawl.read("/a", page(), at=NOW)

    told = json.loads((proven(crawl, tmp_path / "out").folder / "article.json").read_text(encoding="utf-8"))

    assert (told["group"]["group"], told["group"]["reason"]) == ("independent", "Invented.")
    assert told["outlet"] == {"slug": "xeber", "name": "Xəbər", "home": f"https://{HOST}/"}
