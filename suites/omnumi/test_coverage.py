from __future__ import annotations

from harness.exchange import Exchange
from harness.rules import rule
from suites.omnumi.driver import Omnumi


def described(omnumi: Omnumi, *exchanges: Exchange) -> None:
    """The answers, if the specification describes them."""
    for exchange in exchanges:
        if exchange.violation:
            raise omnumi.breach(exchange.violation, exchange)


@rule("omnumi/answers-match-the-specification")
def test_answers_about_preauthorizations_match_the_specification(omnumi: Omnumi) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    made = omnumi.create(omnumi.request())
    described(omnumi, omnumi.expect(made, answers=["created"]))
    invoice = str(made.json["invoiceId"])
    described(omnumi, omnumi.expect(omnumi.get(invoice), answers=["read"]))
    described(omnumi, omnumi.settle_invoice(invoice, {"amount": "0"}), omnumi.create({**made.sent, "amount": "1"}))
    described(omnumi, omnumi.expect(omnumi.settle_invoice(invoice, {"amount": "1"}), answers=["settled"]))
    described(omnumi, omnumi.settle_invoice(invoice, {"amount": "1"}), omnumi.expect(omnumi.get(invoice), answers=["read"]))


@rule("omnumi/answers-match-the-specification")
def test_refusals_match_the_specification(omnumi: Omnumi) -> None:
    """Every answer has a status, a content type and a body that the operation's description knows."""
    nobody = omnumi.unknown_invoice()
    described(omnumi, omnumi.create({}), omnumi.create(omnumi.request(amount="0")), omnumi.create(omnumi.request(), auth=False))
    described(omnumi, omnumi.get(nobody), omnumi.get(nobody, auth=False), omnumi.settle_invoice(nobody, {"amount": "1"}))
