"""What changed between two versions of a text: aligned by paragraph, then by word, each with its class and weight.

Pure. Works on Azerbaijani, Russian, Turkish and English; what needs words keeps them per language as data.
"""

from __future__ import annotations

from analysis.changes.between import changes_between
from analysis.changes.model import Block, Change, ChangeClass, Role, joined

__all__ = ["Block", "Change", "ChangeClass", "Role", "changes_between", "joined"]
