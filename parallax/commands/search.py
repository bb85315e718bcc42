"""``parallax search``: full text, letters folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import open_parallax

if TYPE_CHECKING:
    from domain.topic import Span
    from storage.search import Found
    from text.search import SearchQuery


def search(
    query: Annotated[str, typer.Argument(help='Words (all of them), "a phrase", AND, OR, NOT, parentheses, begin*.')],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many articles at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array instead of text.")] = False,
) -> None:
    """Find articles by their latest text, best first.

    Letters are folded, so Hüseynov finds Huseynov. Endings and other transliterations are not: Aynabula* finds
    Aynabulağın and Aynabulak, which Aynabulaq does not; a topic knows its forms.

    Example: parallax search '"siyasi məhbus" OR политзаключенный*'
    """
    from parallax.commands.printing import console, local, print_json
    from publish.digest.safe import one_line
    from storage.search import search as find
    from text.search import search_query, to_fts5, to_tsquery

    parallax = open_parallax()
    asked = search_query(query)
    with parallax.store.read() as session:
        found = find(session, fts5=to_fts5(asked), tsquery=to_tsquery(asked), limit=limit + 1)
    are_more, found = len(found) > limit, found[:limit]
    if as_json:
        print_json([_as_json(article) for article in found])
        return
    zone = parallax.settings.time_zone
    for article in found:
        typer.echo(f"{article.article_id:>6}  {one_line(article.title) or '(no headline)'}")
        gone = f"  no longer served ({article.state})" if article.state != "live" else ""
        typer.echo(
            f"        {article.outlet} · {article.language or '–'} · seen {local(article.first_seen_at, zone)}{gone}"
        )
        typer.echo(f"        {article.url}")
        console().print(f"        {one_line(_excerpt(article.text, asked))}", soft_wrap=True)
    counted = f"{len(found)} found" if found else "nothing found"
    if are_more:
        counted = f"the {len(found)} best shown, there are more (--limit)"
    typer.echo(f"{counted}; read as: {to_fts5(asked)}")


def _as_json(article: Found) -> dict[str, object]:
    return {
        "article_id": article.article_id,
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "first_seen_at": article.first_seen_at,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "state": article.state,
    }


def _excerpt(text: str, asked: SearchQuery) -> str:
    """The first sentence that holds one of the words, or the first of all."""
    from domain.topic import Span
    from text.search import tokens_of
    from text.sentences import sentence_at
    from text.tokens import tokenise

    wanted = tokens_of(asked)
    hit: Span | None = next(
        (Span(t.start, t.end) for t in tokenise(text) if any(t.folded.startswith(w) for w in wanted)), None
    )
    sentence = sentence_at(text, hit or Span(0, min(1, len(text))))
    found = " ".join(text[sentence.start : sentence.end].split())
    return found if len(found) <= 300 else found[:299] + "…"
