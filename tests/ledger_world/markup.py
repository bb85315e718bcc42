"""The templates of the hundred days' outlets, as software writes them. What varies is filled in by ``pages``."""

from __future__ import annotations

from string import Template

_HEAD = """<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><title>$title - $site</title>
<meta name="viewport" content="width=device-width">$head</head>
"""

_FRAMES = {
    "plain": """<body><div id="top"><a href="/">$site</a> <span class="weather">$weather</span>$menu</div>
<div class="content"><h1>$title</h1><div class="meta">$date $author <span class="views">$views</span></div>
<div class="story">$body</div>$advert$related</div>
<div id="foot">&copy; $site</div></body></html>
""",
    "wordpress": """<body class="single single-post"><header class="site-header"><a href="/">$site</a>$menu</header>
<main><article class="post"><header class="entry-header"><h1 class="entry-title">$title</h1>
<div class="entry-meta"><time datetime="$iso">$date</time> $author</div></header>
<div class="entry-content story">$body</div><footer class="entry-footer">$views</footer></article>$related</main>
<aside class="widget-area">$advert $latest</aside><footer>&copy; $site $weather</footer></body></html>
""",
    "table": """<body><table width="980"><tr><td colspan="2"><b>$site</b> $menu</td></tr>
<tr><td width="200" class="left">$latest $advert</td><td class="main"><h1 class="title">$title</h1>
<p class="date">$date</p><div class="story text">$body</div><p class="views">$views</p>$related</td></tr></table>
<div class="bottom">&copy; $site</div></body></html>
""",
    "semantic": """<body><header><nav>$menu</nav></header><main><article itemscope itemtype="http://schema.org/NewsArticle">
<h1 itemprop="headline">$title</h1><p class="byline">$author</p><time datetime="$iso">$date</time>
<section class="story" itemprop="articleBody">$body</section></article>
<section class="related-news">$related</section></main><aside>$advert</aside><footer>$site $views</footer></body></html>
""",
    "portal": """<body><div class="wrap"><div class="head"><a href="/">$site</a>$menu
<div class="weather">$weather</div></div><div class="row"><div class="col-8 news-detail">
<h1>$title</h1><div class="info">$date | $views</div>
<div class="news-text story">$body</div><div class="banner">$advert</div></div>
<div class="col-4 sidebar">$latest</div></div>$related<div class="footer">&copy; $site</div></div></body></html>
""",
    "lines": """<body><div class="page"><div class="logo">$site</div>$menu<h1>$title</h1>
<div class="published">$date</div><div class="story article-text">$body</div>
<div class="ad-slot">$advert</div>$related<div class="stat">$views</div>
<div class="copy">&copy; $site</div></div></body></html>
""",
    "redesigned": """<body class="v2"><div class="shell"><nav class="bar">$menu</nav><article class="card-full">
<div class="kicker">$site</div><h1 class="big">$title</h1><div class="story prose">$body</div>
<div class="tools">$date $views</div></article>
<aside class="rail">$advert $latest</aside>$related
<footer class="end">&copy; $site $weather</footer></div></body></html>
""",
}
TEMPLATES = {name: Template(_HEAD + frame) for name, frame in _FRAMES.items()}

CHALLENGE = """<!DOCTYPE html><html lang="en"><head><title>Just a moment...</title>
<meta name="robots" content="noindex"></head>
<body><div class="main-wrapper"><h1>Checking your browser</h1>
<span id="challenge-error-text">Enable JavaScript and cookies to continue</span>
<form id="challenge-form" action="/?__cf_chl_f_tk=0" method="POST"></form>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=0"></script></div></body></html>
"""
FORBIDDEN = "<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
UNAVAILABLE = "<!DOCTYPE html><html><head><title>503</title></head><body><h1>503 Service Unavailable</h1></body></html>"
MISSING = "<!DOCTYPE html><html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"
