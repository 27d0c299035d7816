"""Fin.com's V1 as tests speak to it: the same client, other operations for creating, attaching and reading."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis.strategies import SearchStrategy

from harness.errors import NotApplicable
from harness.jsontypes import Json
from strategies.edits import Edit
from strategies.fincom.v1_attachments import V1Application, v1_applications, v1_documents
from strategies.fincom.v1_customers import v1_customers, v1_standard_customer
from suites.driver import Edits
from suites.fincom.driver import Fincom


class FincomV1(Fincom):
    """One client of Fin.com at the target, speaking V1."""

    create_operation = "createIndividualV1"
    attach_operation = "attachIndividualV1"
    read_operation = "readCustomerV1"
    attached_answer = "attached-v1"
    demanded = "tos_policies_value"
    unknown_statuses = frozenset({"ACTION_REQUIRED"})
    provisioned_with: ClassVar[dict[str, Json]] = {"version": "v1"}

    def standard_customer(self) -> Json:
        """A small, unobjectionable create body."""
        return v1_standard_customer()

    def standard_documents(self, *, batch: str = "first") -> Json:
        """A small, unobjectionable attach body for a customer of the USA; another batch has files of its own."""
        return v1_documents(batch=batch)

    def customers(self) -> SearchStrategy[Json]:
        """Unobjectionable create bodies."""
        return v1_customers()

    def applications(self) -> SearchStrategy[Any]:
        """Unobjectionable customers with the documents that fit them, as `customer` and `documents`."""
        return v1_applications()

    def takes(self, application: V1Application, *edits: Edit) -> None:
        """Each edited body must be taken, of a new customer each."""
        for edit in edits:
            customer = self.new_customer(application.customer)
            exchange = self.attach(customer, edit(application.documents))
            exchange.note = edit.name
            self.expect(exchange, answers=[self.attached_answer])

    def refuses_documents(self, application: V1Application, edits: Edits, *, names: list[str] | None = None) -> None:
        """Each edited body of a new customer must be refused for its reason, and then the unedited one taken."""
        self.refuses_attach(self.new_customer(application.customer), application.documents, edits, names=names)

    def observes_documents(self, application: V1Application, *edits: Edit) -> None:
        """What becomes of each edited body, of a new customer each, is recorded under the edit's name."""
        for edit in edits:
            self.observes_attach(self.new_customer(application.customer), application.documents, edit, kind=edit.name)


def speaking_v1(fincom: Fincom) -> FincomV1:
    """The same client speaking V1; where the target has no V1, the test is not applicable."""
    if not fincom.describes(FincomV1.create_operation):
        raise NotApplicable(f"{FincomV1.create_operation} stands in no specification of the target")
    return FincomV1(fincom.world, fincom.sandbox)
