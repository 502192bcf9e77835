"""What the desk's pages ask of the database doesn't grow with what is stored."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmark.desk import pages
from benchmark.issues import make_issues
from newsletter.bootstrap import bootstrap
from newsletter.models import Issue
from tests.newsletter.people import make_person, signed_in

FEW, MANY = 24, 500  # even of the few, some are at the desk and some were sent in the days before


def queries_of_pages(client: Client) -> dict[str, int]:
    asked = {}
    for name, address in pages().items():
        client.get(address)  # what is cached for good isn't counted
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked[name] = len(queries)
    return asked


@pytest.mark.django_db
def test_every_page_asks_as_much_of_many_as_of_few() -> None:
    client, newsletters = signed_in(make_person("superuser")), bootstrap()
    make_issues(newsletters, FEW)
    of_few = queries_of_pages(client)
    make_issues(newsletters, MANY - FEW, after=FEW)
    assert Issue.objects.count() == MANY
    assert queries_of_pages(client) == of_few
