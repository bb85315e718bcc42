"""Settings and catalogue as a process has them in force, handed to the processes that it starts.

Their files may have been changed since, and may be wrong: what reads them anew is a reload, and a child is none.
"""

from __future__ import annotations

import base64
import pickle
import zlib
from collections.abc import MutableMapping

from outlets.catalogue import Catalogue
from parallax.settings import Settings

VARIABLE = "PARALLAX_IN_FORCE"


def hand_over(settings: Settings, catalogue: Catalogue) -> dict[str, str]:
    """What a process of the same code must be told, for its environment, to have these."""
    packed = zlib.compress(pickle.dumps((settings, catalogue)), level=1)
    return {VARIABLE: base64.b64encode(packed).decode("ascii")}


def take_over(environ: MutableMapping[str, str]) -> tuple[Settings, Catalogue] | None:
    """What was handed over, which no process started from here inherits; None where nothing was."""
    packed = environ.pop(VARIABLE, None)
    if packed is None:
        return None
    settings, catalogue = pickle.loads(zlib.decompress(base64.b64decode(packed)))  # noqa: S301 - our parent's
    return settings, catalogue
