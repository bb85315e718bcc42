"""What a right crawler stores of this world, written by hand. Moments by their number; paths as asked for."""

from __future__ import annotations

# Documents of channels: (outlet, moment, path, whether it is a further document, how it ended).
DOCUMENTS = {
    *((("ay-be-ay", m, "/robots.txt", False, "listed")) for m in range(4)),
    *((("ay-be-ay", m, "/sitemap-index.xml", True, "listed")) for m in range(4)),
    *((("ay-be-ay", m, "/sitemap-2026-01.xml", True, "not_found")) for m in range(4)),
    ("ay-be-ay", 0, "/sitemap-2026-02.xml", True, "listed"),
    *((("ay-be-ay", m, "/sitemap-2026-02.xml", True, "same_content")) for m in (1, 2, 3)),
    *((("ay-be-ay", m, "/sitemap-2026-03.xml.gz", True, "listed")) for m in (0, 1)),
    *((("ay-be-ay", m, "/sitemap-2026-03.xml.gz", True, "same_content")) for m in (2, 3)),
    ("ay-be-ay", 3, "/sitemap-2024-05.xml", True, "listed"),  # its lastmod moved
    *((("iki-gun", m, "/news.xml", False, "listed")) for m in range(4)),
    *((("kopru-haber", m, "/sitemap.xml", False, "listed")) for m in range(4)),
    *((("kopru-haber", m, "/haber.xml", True, "listed")) for m in (0, 2, 3)),
    ("kopru-haber", 1, "/haber.xml", True, "http_error"),
    *((("page-by-page", m, "/list", False, "listed")) for m in (0, 2, 3)),
    ("page-by-page", 1, "/list", False, "same_content"),
    *((("page-by-page", 2, f"/list?page={n}", True, "listed")) for n in (2, 3)),
    *((("gun-be-gun", m, "/arxiv/2026/3/1", False, "listed")) for m in (0, 1)),
    *((("iki-dil", m, "/sitemap.xml", False, "listed")) for m in range(4)),
    ("gun-be-gun", 2, "/arxiv/2026/3/2", False, "empty_channel"),  # the day has just begun
    ("gun-be-gun", 3, "/arxiv/2026/3/2", False, "listed"),
    ("gun-be-gun", 0, "/arxiv/2026/2/28", True, "listed"),
    ("gun-be-gun", 2, "/arxiv/2026/3/1", True, "listed"),
    ("gun-be-gun", 3, "/arxiv/2026/3/1", True, "same_content"),  # once more after three in the morning
}

# Entries: (outlet, path): (last good look without it, first look with it, whether its page became an article).
ENTRIES = {
    ("ay-be-ay", "/xeber/fevral-3"): (None, 0, False),  # stock
    ("ay-be-ay", "/xeber/fevral-27"): (None, 0, True),
    ("ay-be-ay", "/xeber/fevral-28"): (None, 0, True),
    ("ay-be-ay", "/xeber/mart-1"): (None, 0, True),
    ("ay-be-ay", "/xeber/mart-2"): (0, 1, True),
    ("ay-be-ay", "/xeber/kohne-1"): (None, 3, False),  # stock of a child that was read when it moved
    ("ay-be-ay", "/xeber/kohne-2"): (None, 3, False),  # edited now, published who knows when
    ("iki-gun", "/news/most-1"): (None, 0, True),
    **{("iki-gun", f"/news/most-{m + 1}"): (m - 1, m, True) for m in (1, 2, 3)},
    ("kopru-haber", "/haber/kopru-1"): (None, 0, False),  # undated, and there at the first look
    ("kopru-haber", "/haber/kopru-2"): (None, 0, False),
    ("kopru-haber", "/haber/kopru-3"): (0, 2, True),  # its document failed at the second moment
    ("kopru-haber", "/haber/kopru-4"): (0, 2, True),
    ("kopru-haber", "/haber/kopru-5"): (2, 3, True),
    **{("page-by-page", f"/story/bridge-{n}"): (None, 0, True) for n in range(4, 9)},
    **{("page-by-page", f"/story/bridge-{n}"): (1, 2, True) for n in range(9, 21)},
    ("page-by-page", "/story/bridge-21"): (2, 3, True),
    ("gun-be-gun", "/yazi/korpu-sakin-1"): (None, 0, True),
    ("gun-be-gun", "/yazi/korpu-seher-2"): (None, 0, True),
    ("gun-be-gun", "/yazi/korpu-axsam-3"): (None, 0, True),
    ("gun-be-gun", "/yazi/korpu-gece-4"): (1, 2, True),  # of the day before, put up after our last look at it
    ("gun-be-gun", "/yazi/korpu-gun-5"): (2, 3, True),
    ("gun-be-gun", "/yazi/korpu-gun-6"): (2, 3, True),
    ("iki-dil", "/az/xeber-1"): (None, 0, True),
    ("iki-dil", "/ru/novost-1"): (0, 1, True),
    ("iki-dil", "/en/story-1"): (0, 1, True),
    ("iki-dil", "/az/xeber-2"): (1, 2, True),
    ("iki-dil", "/ru/novost-2"): (2, 3, True),
    ("by-hand", "/senedler/hesabat-7"): (None, 1, True),
}

# Translations by a sitemap: their paths in order, what says so, and the moment from which it was said.
TRANSLATIONS = {
    ("/az/xeber-1", "/ru/novost-1", "hreflang", 0),
    ("/az/xeber-1", "/en/story-1", "hreflang_one_way", 0),
    ("/az/xeber-2", "/ru/novost-2", "hreflang", 3),
}

# Gaps: (outlet, reason, from, to, whether it was caught up).
GAPS = {("kopru-haber", "http_error", 0, 2, True), ("page-by-page", "rollover", 1, 2, True)}

# Looks a channel counts, all of them good: further documents are none.
LOOKS = {"ay-be-ay": 4, "iki-gun": 4, "kopru-haber": 4, "page-by-page": 4, "gun-be-gun": 4, "iki-dil": 4}

# Revisions after the first one: (outlet, path, moment).
EDITS = {("iki-gun", "/news/most-1", 3)}
