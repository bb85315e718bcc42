"""The ledger of changes: an edit judged by itself, beside its article's other edits, and beside other pages'.

Pure. What an advert, a flapping headline, a live blog, a new template or our own extractor changed is told apart from
what the outlet said otherwise than before (docs/adr/0026).
"""

from analysis.ledger.edit import RULES, Elsewhere, Judged, JudgedChange, Pair, Standing, judged
from analysis.ledger.flaps import Moment, ToldChange, flapping
from analysis.ledger.settled import Settled, SettledChange, settled

__all__ = [
    "RULES",
    "Elsewhere",
    "Judged",
    "JudgedChange",
    "Moment",
    "Pair",
    "Settled",
    "SettledChange",
    "Standing",
    "ToldChange",
    "flapping",
    "judged",
    "settled",
]
