"""When two addresses are one article: what is known of it, as plain facts.

The rules stand in docs/adr/0019; addresses are read by ``outlets.forms``, claims weighed by ``storage.sameness``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """Why two addresses are taken for one article, or a person says so."""

    NUMBER = "number"
    REDIRECT = "redirect"
    FORM = "form"
    CANONICAL = "canonical"
    PERSON = "person"

    @property
    def least_likeness(self) -> float:
        """How alike (``text.likeness``) two stored texts must be for it to be believed.

        A page only claims its canonical, and a form is our own rule; a redirect may lead from a text that was taken
        away to another; a number is the outlet's word.
        """
        return {Evidence.CANONICAL: 0.5, Evidence.FORM: 0.5, Evidence.REDIRECT: 0.3, Evidence.NUMBER: 0.05}.get(
            self, 0.0
        )


@dataclass(frozen=True, slots=True)
class ArticleNumber:
    """The outlet's own number of an article. ``numbering``: the host and language it counts in, ``turan.az/az``.

    With ``is_shared`` one number stands for an article in all its languages: equal numbers in two numberings are
    translations of each other.
    """

    numbering: str
    number: str
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Alternate:
    """A version in another language that a page or a sitemap names (``hreflang``); its language without the region."""

    language: str
    url: str


def alternate_language(hreflang: str) -> str | None:
    """The language that an ``hreflang`` names, its region left out (``pt-BR``: ``pt``); None where it names none."""
    language = hreflang.strip().lower().replace("_", "-").split("-")[0]
    is_named = len(language) in (2, 3) and language.isalpha()  # x-default names no language
    return language if is_named else None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other places of an article showed, seen from one where another text than last time was found.

    ``same_since``: the other places came to this very text after the one that was last found here; ``same_ever``: at
    any time. ``moved_since``: they came to some other text since the last change here.
    """

    is_main: bool
    is_form: bool = False
    same_since: bool = False
    same_ever: bool = False
    moved_since: bool = False
