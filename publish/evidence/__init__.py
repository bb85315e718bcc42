"""Evidence of one article: a folder that stands alone and can be checked without Parallax (docs/EVIDENCE.md)."""
