"""Control of a tenant's faults, variants and mutations."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from mockserver.control.handling import Call, Outcome, Route
from mockserver.control.refusal import Refusal, read_as, unknown
from mockserver.mutations import AnyMutation, Mutated, carried_out
from mockserver.tenants import Provider, Tenant
from mockserver.wrappers import Active, Fault, Variant, Wrapper, by_name


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """A fault by name that acts on its first `first` matches only."""

    name: str
    first: Annotated[int, msgspec.Meta(ge=1)] | None = None


class FaultsWish(msgspec.Struct, forbid_unknown_fields=True):
    """The faults that are to be on."""

    faults: list[str | Named]


class VariantsWish(msgspec.Struct, forbid_unknown_fields=True):
    """The variants that are to be on."""

    variants: list[str]


class MutationsWish(msgspec.Struct, forbid_unknown_fields=True):
    """The mutations that are to be on."""

    mutations: list[AnyMutation]


def chosen_faults(provider: Provider, wishes: Sequence[str | Named]) -> list[Active]:
    """Return faults ready to act; raises `Refusal` for an unknown name or one given twice."""
    known = by_name(provider.faults)
    named = [Named(wish) if isinstance(wish, str) else wish for wish in wishes]
    _refuse_unknown("fault", [wish.name for wish in named], known)
    return [Active(known[wish.name], wish.first) for wish in named]


def chosen_variants(provider: Provider, names: Sequence[str]) -> list[Active]:
    """Return variants ready to act; raises `Refusal` for an unknown name or one given twice."""
    known = by_name(provider.variants)
    _refuse_unknown("variant", names, known)
    return [Active(known[name]) for name in names]


def chosen_mutations(provider: Provider, wishes: Sequence[AnyMutation]) -> list[Active]:
    """Return mutations ready to act; raises `Refusal` for a pattern that is none."""
    try:
        return [Active(carried_out(provider.name, wish)) for wish in wishes]
    except re.error as error:
        raise Refusal(422, "invalid", f"{error.pattern!r} is no pattern of paths: {error}") from None


def _refuse_unknown(what: str, names: Sequence[str], known: Any) -> None:
    for name in names:
        if name not in known:
            raise unknown(what, name, known)
        if names.count(name) > 1:
            raise Refusal(422, f"repeated_{what}", f"{name!r} is given twice; name each {what} once")


def fault_names(tenant: Tenant) -> list[str]:
    """Return the names of the faults that are on."""
    return [active.wrapper.name for active in tenant.wrappers.of_type(Fault)]


def variant_names(tenant: Tenant) -> list[str]:
    """Return the names of the variants that are on."""
    return [active.wrapper.name for active in tenant.wrappers.of_type(Variant)]


def shown(active: Sequence[Active]) -> list[dict[str, Any]]:
    """Return wrappers with how often they acted."""
    return [{"name": each.wrapper.name, "first": each.first, "hits": each.hits} for each in active]


def show_faults(call: Call) -> Outcome:
    """List the faults that are on, with their hits."""
    return 200, shown(call.tenant.wrappers.of_type(Fault))


def show_variants(call: Call) -> Outcome:
    """List the variants that are on, with their hits."""
    return 200, shown(call.tenant.wrappers.of_type(Variant))


def show_mutations(call: Call) -> Outcome:
    """List the mutations that are on, with their hits."""
    return 200, shown(call.tenant.wrappers.of_type(Mutated))


def put_faults(call: Call) -> Outcome:
    """Switch on exactly these faults; their hits begin at 0."""
    wish = read_as(FaultsWish, call.body)
    _replace(call.tenant, Fault, chosen_faults(call.tenant.provider, wish.faults))
    return show_faults(call)


def put_variants(call: Call) -> Outcome:
    """Switch on exactly these variants; their hits begin at 0."""
    wish = read_as(VariantsWish, call.body)
    _replace(call.tenant, Variant, chosen_variants(call.tenant.provider, wish.variants))
    return show_variants(call)


def put_mutations(call: Call) -> Outcome:
    """Switch on exactly these mutations; their hits begin at 0."""
    wish = read_as(MutationsWish, call.body)
    _replace(call.tenant, Mutated, chosen_mutations(call.tenant.provider, wish.mutations))
    return show_mutations(call)


def delete_faults(call: Call) -> Outcome:
    """Switch all faults off."""
    _replace(call.tenant, Fault, [])
    return show_faults(call)


def delete_variants(call: Call) -> Outcome:
    """Switch all variants off."""
    _replace(call.tenant, Variant, [])
    return show_variants(call)


def delete_mutations(call: Call) -> Outcome:
    """Switch all mutations off."""
    _replace(call.tenant, Mutated, [])
    return show_mutations(call)


def _replace(tenant: Tenant, kind: type[Wrapper], active: list[Active]) -> None:
    # Variants stand next to the honest server, faults lie about whichever reading is in force, mutations about both.
    kinds: tuple[type[Wrapper], ...] = (Mutated, Fault, Variant)
    tenant.wrappers.set([each for of in kinds for each in (active if of is kind else tenant.wrappers.of_type(of))])
    tenant.dirty = True


ROUTES: tuple[Route, ...] = (
    ("GET", "faults", show_faults),
    ("PUT", "faults", put_faults),
    ("DELETE", "faults", delete_faults),
    ("GET", "variants", show_variants),
    ("PUT", "variants", put_variants),
    ("DELETE", "variants", delete_variants),
    ("GET", "mutations", show_mutations),
    ("PUT", "mutations", put_mutations),
    ("DELETE", "mutations", delete_mutations),
)
