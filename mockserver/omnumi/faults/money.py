"""Servers whose ledger is wrong: tokens that move too early, too much, elsewhere or not at all (003 create, settle)."""

from collections.abc import Callable
from decimal import Decimal

from mockserver.http import Response
from mockserver.omnumi import ledger
from mockserver.omnumi.faults.builders import Scene, after_taken, fault, in_scene, is_create, is_settle
from mockserver.omnumi.faults.settle_effects import pays_more
from mockserver.omnumi.model import Data, Preauthorization, Wallet
from mockserver.omnumi.values import EXACT
from mockserver.wrappers import Fault, OnRequest

TENTH = Decimal("0.1")


def _made(scene: Scene) -> Preauthorization | None:
    data: Data = scene.tenant.data
    return data.preauthorizations.get(str(scene.body.get("invoiceId"))) if is_create(scene.request) else scene.made


def _parties(scene: Scene, made: Preauthorization) -> tuple[Wallet, Wallet, str]:
    wallets = scene.tenant.data.wallets
    return wallets[made.sender.lower()], wallets[made.receiver.lower()], made.contract.lower()


def _add(wallet: Wallet, token: str, amount: Decimal) -> None:
    wallet.balances[token] = EXACT.add(wallet.balances.get(token, ledger.ZERO), amount)


def _settled(edit: Callable[[Scene, Preauthorization, Decimal], None]) -> OnRequest:
    """Let `edit` change balances once a settlement was done."""

    def act(scene: Scene) -> None:
        made = scene.made
        if made and made.settled:
            edit(scene, made, Decimal(made.settled))

    return after_taken(is_settle, act)


def _created(edit: Callable[[Scene, Preauthorization, Decimal], None]) -> OnRequest:
    """Let `edit` change balances once a preauthorization was created."""

    def act(scene: Scene) -> None:
        made = _made(scene)
        if made:
            edit(scene, made, Decimal(made.amount))

    return after_taken(is_create, act)


def _charges_rest(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    pays_more(scene.tenant, made, EXACT.subtract(Decimal(made.amount), amount))


def _takes_fee(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    _, receiver, token = _parties(scene, made)
    _add(receiver, token, -EXACT.multiply(amount, TENTH))


def _takes_back(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    pays_more(scene.tenant, made, -amount)


def _pays_again(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    pays_more(scene.tenant, made, amount)


def _spares_sender(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, _, token = _parties(scene, made)
    _add(sender, token, amount)


def _spares_receiver(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    _, receiver, token = _parties(scene, made)
    _add(receiver, token, -amount)


def _in_another_token(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    """Undo the transfer, and do it in another token of which the sender has some."""
    sender, receiver, token = _parties(scene, made)
    other = next((name for name in scene.tenant.data.tokens if name != token), None)
    if other:
        pays_more(scene.tenant, made, -amount)
        _add(sender, other, -amount)
        _add(receiver, other, amount)


def _in_all_tokens(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, receiver, token = _parties(scene, made)
    for other in [name for name in scene.tenant.data.tokens if name != token]:
        _add(sender, other, -amount)
        _add(receiver, other, amount)


def _charges_at_once(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, _, token = _parties(scene, made)
    _add(sender, token, -amount)


def _pays_at_once(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    pays_more(scene.tenant, made, amount)


def _keeps_rest_locked(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, _, token = _parties(scene, made)
    rest = EXACT.subtract(Decimal(made.amount), amount)
    sender.locked[token] = EXACT.add(sender.locked.get(token, ledger.ZERO), rest)


def _restores_allowance(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, _, token = _parties(scene, made)
    sender.allowances[token] = EXACT.add(sender.allowances.get(token, ledger.ZERO), amount)


def _uses_whole_allowance(scene: Scene, made: Preauthorization, amount: Decimal) -> None:
    sender, _, token = _parties(scene, made)
    sender.allowances[token] = EXACT.subtract(sender.allowances.get(token, ledger.ZERO), EXACT.subtract(Decimal(made.amount), amount))


def _mints(scene: Scene) -> Response | None:
    """Give the receiver a token more with every refused settlement."""
    made = scene.made
    if made is None or scene.response.status != 409:
        return None
    _, receiver, token = _parties(scene, made)
    _add(receiver, token, Decimal(1))
    return scene.response.with_json(scene.response.json())


FAULTS: tuple[Fault, ...] = (
    fault(
        "charges_what_was_authorized",
        "settle-moves-the-amount",
        "moves the authorized amount where less was settled",
        _settled(_charges_rest),
    ),
    fault("withholds_a_fee", "settle-moves-the-amount", "gives the receiver a tenth less", _settled(_takes_fee)),
    fault("moves_nothing", "settle-moves-the-amount", "says that it settled and moves nothing", _settled(_takes_back)),
    fault("moves_twice", "settle-moves-the-amount", "moves the settled amount twice", _settled(_pays_again)),
    fault("spares_the_sender", "settle-moves-the-amount", "gives the receiver what nobody paid", _settled(_spares_sender)),
    fault("spares_the_receiver", "settle-moves-the-amount", "takes from the sender what nobody gets", _settled(_spares_receiver)),
    fault(
        "moves_another_token",
        "settle-moves-the-amount",
        "moves another token than that of the preauthorization",
        _settled(_in_another_token),
    ),
    fault("moves_all_tokens", "settle-moves-the-amount", "moves every token that there is", _settled(_in_all_tokens)),
    fault(
        "charges_at_creation",
        "preauthorizations-agree-with-the-ledger",
        "takes the amount from the sender at creation",
        _created(_charges_at_once),
    ),
    fault("pays_at_creation", "preauthorizations-agree-with-the-ledger", "moves the amount at creation", _created(_pays_at_once)),
    fault(
        "keeps_the_rest_locked",
        "preauthorizations-agree-with-the-ledger",
        "holds the rest of a partial settlement for ever",
        _settled(_keeps_rest_locked),
    ),
    fault(
        "restores_allowance",
        "preauthorizations-agree-with-the-ledger",
        "gives an allowance back that a settlement used",
        _settled(_restores_allowance),
    ),
    fault(
        "uses_allowance_of_the_rest",
        "preauthorizations-agree-with-the-ledger",
        "uses the allowance of the whole authorized amount up",
        _settled(_uses_whole_allowance),
    ),
    fault(
        "mints_tokens",
        "preauthorizations-agree-with-the-ledger",
        "makes a token with every settlement that it refuses",
        in_scene(is_settle, _mints),
    ),
)
