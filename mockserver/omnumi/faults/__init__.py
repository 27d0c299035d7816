"""Servers that break one rule each; every module of this package adds to the table."""

from mockserver.discovery import gathered
from mockserver.wrappers import Fault

FAULTS: tuple[Fault, ...] = tuple(gathered(__name__, __path__, "FAULTS"))
