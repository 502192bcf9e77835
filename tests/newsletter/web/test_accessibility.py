"""The archive in a browser: axe-core finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

import pytest
from django.test import Client

from newsletter.models import Issue
from tests.browser import audit
from tests.factories import IssueFactory, NewsletterFactory
from tests.newsletter.web.documents import full_document


@pytest.mark.chromium
@pytest.mark.django_db
def test_every_page_is_clean(client: Client) -> None:
    empty = {"/": client.get("/").text}
    newsletter = NewsletterFactory.create(
        slug="digest", language="zh-Hans", theme={"accent": "#9a3412", "accent_dark": "#fdba74"}
    )
    NewsletterFactory.create(name="Nothing yet")
    document = full_document(language="zh-Hans")
    IssueFactory.create(slug="first", newsletter=newsletter, with_document=document, sent=True)
    IssueFactory.create(slug="second", newsletter=newsletter, with_document=document, sent=True)
    Issue.objects.filter(slug="second").update(series="x" * 120, title="y" * 120)
    addresses = ("/", "/n/digest/", "/n/digest/first/", "/n/digest/second/", "/n/nothing/")
    assert audit(empty) + audit({address: client.get(address).text for address in addresses}) == []
