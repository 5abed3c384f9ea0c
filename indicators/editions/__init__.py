"""A plan's year as it was published: what is frozen, read back, and corrected afterwards.

What is frozen are the cells and settings, not the ratios: figures of an edition come out of the
same rules as everywhere, and its checksum vouches for what went in.
"""

from indicators.editions.corrections import Erratum, errata
from indicators.editions.frozen import FrozenFigures, latest
from indicators.editions.public import PreviewFigures, PublicFigures, published
from indicators.editions.publishing import freeze, would_be
from indicators.editions.sealing import seal_anew
from indicators.integrity import EditionBroken, Fault, Unfit, checksum

__all__ = [
    "EditionBroken",
    "Erratum",
    "Fault",
    "FrozenFigures",
    "PreviewFigures",
    "PublicFigures",
    "Unfit",
    "checksum",
    "errata",
    "freeze",
    "latest",
    "published",
    "seal_anew",
    "would_be",
]
