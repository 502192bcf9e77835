"""The account-level suppression list by SES's API (version 2, ``…SuppressedDestination``)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from newsletter.delivery.gateways.account_list import AccountList, Listed, ListReason, Page
from newsletter.delivery.gateways.base import CallFailed, Failure
from newsletter.delivery.gateways.ses import call, default_gateway

MOST = 1_000  # addresses of one page
ABSENT = "NotFoundException"


class SesAccountList(AccountList):
    def __init__(self, client: Any, *, page_size: int = MOST) -> None:
        self.client, self.page_size = client, page_size

    def page(self, *, since: datetime.datetime | None = None, token: str | None = None) -> Page:
        asked = {"PageSize": self.page_size, "StartDate": since, "NextToken": token}
        given = {name: value for name, value in asked.items() if value is not None}
        response = call(self.client.list_suppressed_destinations, given)
        rows = response.get("SuppressedDestinationSummaries")
        if rows is None:  # a cut answer, or a proxy's: an empty list is written as one
            raise CallFailed(Failure.NOT_SENT, "no_answer", _("SES's answer holds no list"))
        listed = [Listed(str(row.get("EmailAddress", "")), str(row.get("Reason", ""))) for row in rows]
        return Page(listed, response.get("NextToken") or None)

    def put(self, address: str, reason: ListReason) -> None:
        call(self.client.put_suppressed_destination, {"EmailAddress": address, "Reason": reason.value})

    def delete(self, address: str) -> None:
        try:
            call(self.client.delete_suppressed_destination, {"EmailAddress": address})
        except CallFailed as failed:
            if failed.code != ABSENT:
                raise


def default_account_list() -> SesAccountList:
    """By this process's client."""
    return SesAccountList(default_gateway().client)
