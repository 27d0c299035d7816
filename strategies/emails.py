"""E-mail addresses: each a template whose token makes it unique when it is sent, on domains reserved for examples (RFC 2606)."""

from __future__ import annotations

from hypothesis import strategies as st

from strategies.decisions import Decisions, decided
from strategies.placeholders import Fresh

LOCAL_PARTS = ("maria.{}", "m{}", "j.{}", "anna_{}", "p-{}", "{}.garcia", "user{}")
DOMAINS = ("example.com", "example.org", "example.net")
# Lower-case addresses of every form that RFC 5321 allows without quoting and that people really have.
RICH_LOCAL_PARTS = ("maria.garcia.{}", "maria+{}", "m-{}", "m_{}", "{}", "2024{}", "m{}+bank.2")
RICH_DOMAINS = ("example.com", "mail.example.com", "a.b.c.example.org", "my-mail.example.net")


def an_email(decide: Decisions, local_parts: tuple[str, ...] = LOCAL_PARTS, domains: tuple[str, ...] = DOMAINS) -> Fresh:
    """An ordinary lower-case address."""
    return Fresh(f"{decide.one_of(local_parts)}@{decide.one_of(domains)}")


emails = decided(by=2)(an_email)


def rich_emails() -> st.SearchStrategy[Fresh]:
    """Lower-case addresses with digits, dots, plus tags, hyphens, underscores and sub-domains."""
    return emails(RICH_LOCAL_PARTS, RICH_DOMAINS)


def capital_positions(template: str, *, domain: bool = False) -> list[int]:
    """Where a small letter of the local part (or of the domain) stands that could be a capital."""
    at = template.index("@")
    return [index for index, letter in enumerate(template) if letter.islower() and (index > at) == domain]


def with_capital(address: Fresh, nth: int, *, domain: bool = False) -> Fresh:
    """The address with one letter of the local part (or of the domain) as a capital: the n-th, modulo their number.

    A local part that is a token only gets a letter of its own, because what the token holds is not known yet.
    """

    def edit(template: str) -> str:
        if not capital_positions(template, domain=domain):
            template = "m" + template
        positions = capital_positions(template, domain=domain)
        at = positions[nth % len(positions)]
        return template[:at] + template[at].upper() + template[at + 1 :]

    return address.map_template(edit)
