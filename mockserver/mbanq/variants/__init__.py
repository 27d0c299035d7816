"""Servers that read an open spot otherwise; every module of this package adds to the table."""

from mockserver.discovery import gathered
from mockserver.wrappers import Variant

VARIANTS: tuple[Variant, ...] = tuple(gathered(__name__, __path__, "VARIANTS"))
