"""The control API: a surface of its own under /control, apart from the providers' paths."""

from mockserver.control.surface import Control

__all__ = ["Control"]
