"""Servers that read an ambiguous spot in another way and are still right; every module of this package adds to the table."""

from mockserver.discovery import gathered
from mockserver.wrappers import Variant

VARIANTS: tuple[Variant, ...] = tuple(gathered(__name__, __path__, "VARIANTS"))
