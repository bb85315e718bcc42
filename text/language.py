"""Which language a text is written in.

Script and letters decide first (ə is Azerbaijani, ґ Ukrainian), because they are certain; what they leave open goes to
a trained model, and between Azerbaijani and Turkish, which models confuse when typed in ASCII, to the closed-class
words and endings that only one of them has. An answer that is not sure is None.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import Protocol, cast

from text.fold import fold

SAMPLE_CHARS = 4_000
MIN_LETTERS = 12
CERTAIN_LETTERS = 4  # enough where a letter or script belongs to one language alone

_NOISE = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@\S+|[@#]\w+")
_SCRIPTS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "ka": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]"),
    "hy": re.compile("[\u0531-\u058a]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "other": re.compile("[\u0900-\u0fff\u1000-\u109f\u1100-\u11ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"),
}
_ONE_LANGUAGE_SCRIPTS = frozenset({"ka", "hy", "el", "he"})
_MAIN_SCRIPT_SHARE = 0.6
_MODEL_LANGUAGES = {
    "latin": "af az bs ca cs cy da de en eo es et eu fi fr ga gl hr hu id is it ku la lb lt lv ms nl no pl pt ro sk "
    "sl so sq sv sw tk tl tr uz vi crh",
    "cyrillic": "be bg kk ky mk mn ru sr tg tt uk ba",
    "arabic": "ar fa ps ug ur",
    "other": "bn hi ja km ko lo mr my ne si ta te th zh",
}
_HOME = frozenset({"az", "ru", "tr", "en"})
_HOME_WEIGHT = 8.0  # what the outlets mostly write, so that a short text is not lost to a neighbour
_SURE = 0.6

_AZERBAIJANI_CYRILLIC = re.compile("[ҝҹҜҸ]")
_NON_RUSSIAN = {
    "uk": re.compile("[іїєґІЇЄҐ]"), "be": re.compile("[ўЎ]"), "sr": re.compile("[ђћџљњЂЋЏЉЊ]"),
    "mk": re.compile("[ѓќѕЃЌЅ]"),
}  # fmt: skip
_TURKIC_CYRILLIC = re.compile("[әғқңөұүһҺӘҒҚҢӨҰҮ]")
_RUSSIAN_ONLY = re.compile("[ыэёЫЭЁ]")

# Folded words and endings that one of the two languages has and the other has not.
_AZERBAIJANI_WORDS = frozenset(
    "amma bele bildirib butov deyil deyib etdi ederek edib haqqinda hele hemin indi kimi lakin men muxtelif nece niye "
    "olub olmayib onda qeder sebebile ucun uzre yalniz yox".split()
)
_TURKISH_WORDS = frozenset(
    "ama ayrica ben bile boyle cesitli cok degil diye ediyor etti fakat gibi hakkinda hangi icin kadar konusunda nasil "
    "neden olarak oldugu sadece sey simdi soyle tarafindan tum uzerinde yok".split()
)
_AZERBAIJANI_ENDING = re.compile(r"\w{2,}(?:ib|ub|maq|maqda|acaq|liq)\Z")
_TURKISH_ENDING = re.compile(r"\w{2,}(?:iyor|uyor|iyordu|mak|makta|acak|dik|tik|tigi|tugu|ti|tu|lik)\Z")


class _Model(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


def detect_language(text: str, *, declared: str | None = None, among: tuple[str, ...] | None = None) -> str | None:
    """The ISO 639-1 code of the language of ``text``, or None when it is too short or not sure.

    ``declared`` is what the source says: it decides where the text leaves it open and its script allows it. With
    ``among``, any other answer is None. Azerbaijani is found in Latin, in Cyrillic and typed in ASCII.
    """
    sample = _NOISE.sub(" ", text[:SAMPLE_CHARS])
    script, letters = _main_script(sample)
    found = _language_in(sample, script, letters)
    if found is None and declared is not None and _may_be(declared.lower()[:2], sample, script):
        found = declared.lower()[:2]
    return found if among is None or found in among else None


def _main_script(sample: str) -> tuple[str | None, int]:
    """The script of most letters and how many it has; None where no script has six of ten."""
    counts = Counter({script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()})
    script, most = counts.most_common(1)[0]
    total = counts.total()
    return (script, most) if total and most / total >= _MAIN_SCRIPT_SHARE else (None, most)


def _language_in(sample: str, script: str | None, letters: int) -> str | None:
    if script is None or letters < CERTAIN_LETTERS:
        return None
    if script in _ONE_LANGUAGE_SCRIPTS:
        return script
    certain = _by_letters(sample, script, letters)
    if certain is not None or letters < MIN_LETTERS:
        return certain
    shares = _model_shares(sample, script)
    if script == "latin":
        turkic = _azerbaijani_or_turkish(sample, shares)
        if turkic is not None:
            return turkic
    best, share = max(shares.items(), key=lambda pair: pair[1])
    return best if share >= _SURE and len(best) == 2 else None


def _by_letters(sample: str, script: str, letters: int) -> str | None:
    """The language that letters alone give away."""
    if script == "latin":
        schwas = len(re.findall("[əƏǝ]", sample))
        return "az" if schwas / letters >= (0.01 if schwas > 1 else 0.02) else None
    if script != "cyrillic":
        return None
    if _AZERBAIJANI_CYRILLIC.search(sample):
        return "az"
    if _TURKIC_CYRILLIC.search(sample):
        return None
    counts = {language: len(pattern.findall(sample)) for language, pattern in _NON_RUSSIAN.items()}
    russian = len(_RUSSIAN_ONLY.findall(sample))
    if russian and russian / letters >= 0.005 and not any(counts.values()):
        return "ru"
    return "uk" if counts["uk"] / letters >= 0.02 and not (russian or counts["be"]) else None


def _azerbaijani_or_turkish(sample: str, shares: dict[str, float]) -> str | None:
    """Which of the two it is, where it is one of them: letters and words that only one has outvote the model."""
    likely = shares.get("az", 0) + shares.get("tr", 0) + shares.get("crh", 0)
    if likely < 0.5:  # asked before the words are counted: true of most texts
        return None
    words = re.findall(r"[^\W\d_]+", fold(sample))
    azerbaijani = sum(word in _AZERBAIJANI_WORDS or _AZERBAIJANI_ENDING.match(word) is not None for word in words)
    azerbaijani += sum("w" not in word and ("q" in word or "x" in word) for word in words)
    turkish = sum(word in _TURKISH_WORDS or _TURKISH_ENDING.match(word) is not None for word in words)
    if likely < 0.8 and azerbaijani + turkish < 0.05 * len(words):
        return None
    by_model = math.log((shares.get("az", 0) + 1e-3) / (shares.get("tr", 0) + 1e-3)) / 2
    return "az" if azerbaijani - turkish + by_model > 0 else "tr"


def _model_shares(sample: str, script: str) -> dict[str, float]:
    """How likely each language of the script is, the home languages weighted, adding up to 1."""
    possible = frozenset(_MODEL_LANGUAGES[script].split())
    shares = {
        language: share * (_HOME_WEIGHT if language in _HOME else 1.0)
        for language, share in _model().rank(_in_lower_case(sample))
        if language in possible
    }
    total = sum(shares.values()) or 1.0
    return {language: share / total for language, share in shares.items()}


def _in_lower_case(sample: str) -> str:
    return sample.replace("İ", "i").lower() if sample.isupper() else sample


def _may_be(declared: str, sample: str, script: str | None) -> bool:
    """Whether a text in this script can be in the declared language at all."""
    if script is None:
        return any(pattern.search(sample) for pattern in _SCRIPTS.values())
    if script in _ONE_LANGUAGE_SCRIPTS:
        return declared == script
    return declared in _MODEL_LANGUAGES[script].split() or (declared, script) in {("az", "cyrillic"), ("az", "arabic")}


@lru_cache(maxsize=1)
def _model() -> _Model:
    """The trained model, read once when first asked (0.8 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  (slow to import)

    return cast("_Model", LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
