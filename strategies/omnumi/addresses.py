"""Ethereum addresses in every spelling, and what only looks like one: the case of their digits is a checksum, never part of the name."""

from __future__ import annotations

from collections.abc import Callable

from eth_utils.address import to_checksum_address

Spelling = Callable[[str], str]


def lower(address: str) -> str:
    """All letters small, as the document shows them."""
    return address.lower()


def upper(address: str) -> str:
    """All letters capital behind the prefix."""
    return "0x" + address[2:].upper()


def checksummed(address: str) -> str:
    """The case of every letter by its checksum (EIP-55)."""
    return str(to_checksum_address(address))


SPELLINGS: dict[str, Spelling] = {"lower-case": lower, "upper-case": upper, "checksum-case": checksummed}

MALFORMED: dict[str, Spelling] = {
    "no-prefix": lambda address: address[2:],
    "one-digit-short": lambda address: address[:-1],
    "one-digit-long": lambda address: f"{address}0",
    "no-hex-digit": lambda address: f"{address[:-1]}g",
    "name": lambda _: "vitalik.eth",
    "prefix-only": lambda _: "0x",
    "text": lambda _: "not an address",
    "thirty-two-bytes": lambda address: f"0x{'0' * 24}{address[2:]}",
}
"""What is no address of 20 bytes, made of one."""
