"""The pages in ``digests/`` after a takedown: which are written anew, which are told of, which are left alone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.digest_pages import FORM_OF, Pages, in_form, write_pages_again
from publish.digest.json import digest_json
from publish.digest.keep import DAILY, as_published
from publish.digest.model import Digest
from publish.digest.redact import WORDS_GONE, redacted
from storage import Session
from storage.kept_digests import StoredDigests
from storage.tables import TakedownRow
from tests.storage.filling import HOST, NOW, fill
from tests.storage.filling import store as put
from tests.unit.publish.hand_made import DAY, full_digest

HEADLINE = "Fish die-off <near> Azerbaijani village"
WORDS = (HEADLINE, "An estimated 40,000 fish were found. Nobody in the village was told of it before.")
URL = "https://world-wire.example/en/5"
OTHER_DAY = DAY - timedelta(days=1)


@pytest.fixture
def parallax(database_url: str, tmp_path: Path) -> Iterator[Parallax]:
    """Parallax on either store, with a digest that shows an edited article and another of the day before."""
    settings = {"PARALLAX_DATABASE_URL": database_url, "PARALLAX_HOME": str(tmp_path / "home")}
    made = Parallax(load_settings({**settings, "PARALLAX_CLOCK": f"{NOW.isoformat()}@0"}))
    made.store.write(_keep)
    (tmp_path / "home" / "digests").mkdir(parents=True)
    yield made
    made.store.close()


def _keep(session: Session) -> None:
    fill(session)
    for path in "abcde":
        put(session, f"Text {path}.", title="A", path=f"/{path}")
    for name, day in ((DAILY, DAY), (DAILY, OTHER_DAY), (f"{DAILY}/fish", DAY)):
        StoredDigests(session).put(
            name, day, zone="Asia/Baku", made_at=NOW, catalogue_hash="c", versions={},
            content=digest_json(replace(full_digest(), day=day)),
        )  # fmt: skip


def taken_down(parallax: Parallax) -> None:
    """What the takedown of article 5 does to digests that are kept."""

    def work(session: Session) -> None:
        kept = StoredDigests(session)
        for digest_id, content in kept.contents():
            without = redacted(content, {5})
            assert without is not None
            kept.rewrite(digest_id, without)
            kept.add_note(digest_id, at=NOW, note=f"Article 5 {WORDS_GONE}")
        session.add(TakedownRow(outlet="xeber", url=URL, reason="Asked for.", decided_at=NOW, article_id=5))

    parallax.store.write(work)


def pages(parallax: Parallax, words: tuple[str, ...] = ()) -> Pages:
    return write_pages_again(parallax, folder(parallax), words)


def folder(parallax: Parallax) -> Path:
    return parallax.settings.home / "digests"


def kept(parallax: Parallax, name: str = DAILY, day: date = DAY) -> Digest:
    with parallax.store.read() as session:
        found = StoredDigests(session).find(name, day)
    assert found is not None
    return as_published(found)


def put_page(parallax: Parallax, name: str, form: str, *, digest: Digest | None = None, width: int = 100) -> Path:
    path = folder(parallax) / name
    path.write_text(in_form(digest or full_digest(), form, width=width), encoding="utf-8")
    return path


def test_every_form_of_every_day_is_written_without_the_words(parallax: Parallax) -> None:
    paths = [put_page(parallax, f"{DAY}.{suffix}", form) for suffix, form in FORM_OF.items()]
    paths.append(put_page(parallax, f"{OTHER_DAY}.html", "html", digest=replace(full_digest(), day=OTHER_DAY)))
    unfinished = folder(parallax) / f".{DAY}.json.new"
    unfinished.write_text(HEADLINE)
    taken_down(parallax)

    first, second = pages(parallax), pages(parallax)

    assert (first.written, first.left, first.problems) == (len(paths), [], [])
    assert (second.written, second.left, second.problems) == (0, [], [])
    assert not unfinished.exists()
    for path in paths:
        said = path.read_text(encoding="utf-8")
        assert "Fish die-off" not in said, path.name
        assert WORDS_GONE.split(";", maxsplit=1)[0] in " ".join(said.split()), path.name


def test_a_page_that_is_not_there_is_not_made(parallax: Parallax) -> None:
    taken_down(parallax)

    assert pages(parallax).written == 0
    assert list(folder(parallax).iterdir()) == []


def test_text_keeps_its_width(parallax: Parallax) -> None:
    path = put_page(parallax, f"{DAY}.txt", "text", width=84)
    taken_down(parallax)

    pages(parallax)

    assert path.read_text(encoding="utf-8").startswith("═" * 84 + "\n")


@pytest.mark.parametrize("form", sorted(set(FORM_OF.values())))
def test_a_file_with_a_name_of_its_own_is_told_of_and_left(parallax: Parallax, form: str) -> None:
    path = put_page(parallax, "yesterday", form)
    before = path.read_bytes()
    (folder(parallax) / "sent").mkdir()
    (folder(parallax) / "sent" / "yesterday.gz").write_bytes(gzip.compress(before))
    taken_down(parallax)

    done = pages(parallax)

    assert done.left == ["digests/sent/yesterday.gz", "digests/yesterday"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("form", sorted(set(FORM_OF.values())))
def test_one_that_was_made_since_is_clean(parallax: Parallax, form: str) -> None:
    taken_down(parallax)
    put_page(parallax, "yesterday", form, digest=kept(parallax))
    put_page(parallax, "fish", form, digest=kept(parallax, f"{DAILY}/fish"))

    def learn_more(session: Session) -> None:
        found = StoredDigests(session).find(DAILY, DAY)
        assert found is not None
        StoredDigests(session).add_note(found.digest_id, at=NOW + timedelta(days=1), note="Known later: more.")

    parallax.store.write(learn_more)

    assert pages(parallax).left == []


def test_so_is_one_that_was_published_since(parallax: Parallax) -> None:
    taken_down(parallax)
    later = replace(kept(parallax), day=DAY + timedelta(days=1), notes=())
    put_page(parallax, f"{later.day}.html", "html", digest=later)
    assert pages(parallax).left == [f"digests/{later.day}.html"]

    def publish(session: Session) -> None:
        StoredDigests(session).put(
            DAILY, later.day, zone="Asia/Baku", made_at=NOW, catalogue_hash="c", versions={}, content=digest_json(later)
        )

    parallax.store.write(publish)
    assert pages(parallax).left == []


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        (f"at,{URL},1,2\n", True),
        (f"[a]({URL})", True),
        ("- see article 5", True),
        ("parallax diff 5 1 2", True),
        ('{"article_id": 5}', True),
        ("article 55, https://world-wire.example/en/51", False),
        ("nothing of it", False),
        ("<p>Nobody in <b>the village</b>\nwas told of it before.</p>", True),
        ("**Fish die-off** \\<near\\> Azerbaijani village", True),
    ],
)
def test_what_names_it_or_holds_its_words_is_told_of(parallax: Parallax, said: str, is_told: bool) -> None:
    (folder(parallax) / "notes").write_text(said, encoding="utf-8")
    taken_down(parallax)

    assert pages(parallax, WORDS).left == (["digests/notes"] if is_told else [])


def test_a_digest_that_can_not_be_read_is_told_of(parallax: Parallax) -> None:
    put_page(parallax, f"{DAY}.md", "markdown")
    taken_down(parallax)

    def break_it(session: Session) -> None:
        found = StoredDigests(session).find(DAILY, DAY)
        assert found is not None
        StoredDigests(session).rewrite(found.digest_id, "{}")

    parallax.store.write(break_it)

    (problem,) = pages(parallax).problems
    assert problem.startswith(f"digests/{DAY}.md can't be written without its words: ")


def test_without_a_folder_there_is_nothing_to_do(parallax: Parallax) -> None:
    folder(parallax).rmdir()

    assert pages(parallax) == Pages()


def test_an_address_of_its_article_counts_too(parallax: Parallax) -> None:
    taken_down(parallax)
    (folder(parallax) / "notes").write_text(f"https://{HOST}/e\n")

    assert pages(parallax).left == ["digests/notes"]
