"""Pages that stand in front of an article: challenges, log-ins, consent walls, and "not found" pages sent as a success.

A barrier is recognised by its structure and by how little else the page says. Words alone never make one: an article
about captchas, log-ins or cookies has both the words and a text.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.markup import Page, collapse, text_of
from domain.extraction import Barrier

_PROSE_PARAGRAPH_CHARS = 60
_FEW_PROSE_CHARS = 700  # a block page explains itself in two or three sentences
_NO_PROSE_CHARS = 250
_FEW_CHARS = 1_500  # of visible text besides the barrier's own
_CHALLENGE_PAGE = re.compile(  # what only the challenge itself carries
    r"_cf_chl_opt|cf-chl-|cf_chl_|/cdn-cgi/challenge-platform/h/|orchestrate/chl_|challenge-error-text|"
    r"cf-browser-verification|cf-error-details|\.well-known/ddos-guard|ddos-guard\.net|_incapsula_resource|incap_ses|"
    r"sucuri_cloudproxy|px-captcha|captcha-delivery\.com|awswafintegration|aws-waf-token|__qrator|showcaptcha|"
    r"checkbrowser|__jsl_clearance|/_guard/|distil_r_captcha|sec-if-cpt|stormwall|slowaes|/aes(?:\.min)?\.js",
    re.I,
)
_CHALLENGE_WIDGET = re.compile(  # what an honest page with a form may carry too
    r"js-challenge|cf-turnstile|challenges\.cloudflare\.com|smart-?captcha|g-recaptcha|h-captcha|hcaptcha\.com|"
    r"recaptcha/api|(?:id|name|class)=[\"']?captcha",
    re.I,
)
_CHALLENGE_WORDS = re.compile(
    r"just a moment|attention required|checking your browser|verify(?:ing)? (?:that )?you(?:'|"
    r" a)re (?:not a robot|human|a human)|"
    r"are you (?:a )?(?:human|robot)|not a robot|ddos.?(?:guard|protection)|security check|access denied|"
    r"you have been blocked|"
    r"enable javascript and cookies|please (?:wait|enable javascript)|unusual traffic|browser check|"
    r"one more step|captcha|"
    r"один момент|проверк[аи] (?:вашего )?браузера|не робот|подтвердите, что|доступ (?:ограничен|запрещ[её]н)|"
    r"bir az gözləyin|bir an(?: |\b)|robot (?:deyil|olmadığınız)|brauzeriniz|yoxlanılır|"
    r"robot değil|bir dakika|tarayıcınız(?:ı)? kontrol|lütfen bekleyin|doğrulama",
    re.I,
)
_LOGIN_WORDS = re.compile(
    r"log ?in|sign ?in|sign ?up|subscribe|password|create (?:an )?account|войти|вход|логин|парол|авториз|регистрац|"
    r"daxil ol|giriş|şifrə|parol|qeydiyyat|giriş yap|oturum|şifre|üye ol|kayıt ol",
    re.I,
)
_CONSENT_WORDS = re.compile(
    r"cookie|consent|privacy|before you continue|personal data|gdpr|куки|cookie-файл|конфиденциальн|персональн\w+ данн|"
    r"согласи|kuki|məxfilik|razılıq|razıyam|çerez|gizlilik|kişisel veri|onay",
    re.I,
)
_CONSENT_MARKUP = re.compile(
    r"consent|cookie-?(?:wall|notice|banner|law|box|bar|popup)|onetrust|didomi|qc-cmp|sp_message|cybotcookie|cmpbox|"
    r"usercentrics|guce\.|collectconsent|truste|cookiebot|gdpr",
    re.I,
)
_NOT_FOUND = re.compile(
    r"\b(?:403 forbidden|50[0234]\b.{0,30}(?:error|gateway|unavailable)|"
    r"internal server error|bad gateway|gateway time-?out|"
    r"service (?:temporarily )?unavailable|under maintenance|texniki (?:iş|səbəb)\w*|"
    r"технические работы|bakım çalışması|"
    r"error establishing a database connection|account suspended|domain (?:is )?for sale)|"
    r"\b404\b|(?:page|article|content) (?:was |is |could )?(?:not |n['’]t )(?:be )?(?:found|exist)|"
    r"not found|no longer (?:available|exists)|"
    r"(?:страница|статья|материал|новость) не (?:найден|существу)\w*|ничего не найдено|"
    r"(?:səhifə|xəbər|məqalə|material) (?:tapılmadı|mövcud deyil|yoxdur)|"
    r"(?:sayfa|haber|içerik) (?:bulunamadı|mevcut değil)|aradığınız (?:sayfa|haber)",
    re.I,
)


def barrier_of(page: Page) -> Barrier | None:
    """What stands in front of the article on ``page``, or None. Asked before the tree is cut."""
    if _says_much(page.tree):
        return None
    title = collapse(page.tree.findtext(".//title") or "")
    visible = visible_text(page.tree)
    if len(visible) > 4 * _FEW_CHARS:
        return None
    if _is_challenge(page, title, visible):
        return Barrier.CHALLENGE
    if _is_login(page, visible):
        return Barrier.LOGIN
    return Barrier.CONSENT if _is_consent(page, visible) else None


def _says_much(tree: HtmlElement) -> bool:
    """Whether the paragraphs alone are too much for any barrier; cheap, and true of most articles."""
    said = 0
    for paragraph in tree.iter("p"):
        said += len(paragraph.text_content())
        if said > 2 * _FEW_CHARS:
            return True
    return False


def visible_text(tree: HtmlElement) -> str:
    """All text that a reader of the page could see."""
    body = tree.find(".//body")
    return text_of(body if body is not None else tree)


def _is_challenge(page: Page, title: str, visible: str) -> bool:
    """Its own structure with little prose, or a widget with hardly any, and words that ask to wait or to prove."""
    prose = _prose_chars(page.tree)
    if len(visible) > _FEW_CHARS or prose > _FEW_PROSE_CHARS:
        return False
    structure = _CHALLENGE_PAGE.search(page.source)
    if not structure and (prose > _NO_PROSE_CHARS or not _CHALLENGE_WIDGET.search(page.source)):
        return False
    return len(visible) < 200 or _CHALLENGE_WORDS.search(f"{title}\n{visible}") is not None


def _prose_chars(tree: HtmlElement) -> int:
    """How many characters stand in paragraphs that are long enough to be an article's."""
    lengths = (len(text_of(paragraph)) for paragraph in tree.iter("p"))
    return sum(length for length in lengths if length >= _PROSE_PARAGRAPH_CHARS)


def _is_login(page: Page, visible: str) -> bool:
    """A form that asks for a password, and nearly nothing besides."""
    forms = [field for field in page.tree.iter("input") if (field.get("type") or "").lower() == "password"]
    few = len(visible) < _FEW_CHARS and _prose_chars(page.tree) <= _NO_PROSE_CHARS
    return bool(forms and few and _LOGIN_WORDS.search(visible))


def _is_consent(page: Page, visible: str) -> bool:
    """A consent host, or a page whose text stands nearly all inside a consent box."""
    host = urlsplit(page.url).hostname or ""
    if host.startswith(("consent.", "guce.", "cmp.")):
        return True
    if not _CONSENT_WORDS.search(visible):
        return False
    boxes = [
        element for element in page.tree.iter("div", "form", "section", "dialog", "main") if _names_consent(element)
    ]
    outer = [box for box in boxes if not any(above in boxes for above in box.iterancestors())]
    inside = sum(len(text_of(box)) for box in outer)
    return inside > 0 and (len(visible) - inside) < 300 and inside > len(visible) / 2


def _names_consent(element: HtmlElement) -> bool:
    named = " ".join(element.get(name) or "" for name in ("id", "class", "action"))
    return bool(named.strip() and _CONSENT_MARKUP.search(named))


def is_not_found(page: Page, title: str | None, text: str) -> bool:
    """Whether the page says, with a success status, that there is nothing at its address."""
    headings = [
        title or "",
        page.tree.findtext(".//title") or "",
        *(text_of(heading) for heading in page.tree.iter("h1")),
    ]
    return len(text) < 600 and any(_NOT_FOUND.search(heading) for heading in headings)
