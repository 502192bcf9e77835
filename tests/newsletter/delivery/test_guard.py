from __future__ import annotations

import pytest

from newsletter.bootstrap import bootstrap
from newsletter.delivery import guard
from newsletter.errors import NotPermitted, SendingRefused
from newsletter.models import Installation
from tests.newsletter.delivery.making import configure, editor, ops

pytestmark = pytest.mark.usefixtures("installation")


def test_where_everything_is_in_order_sending_is_allowed() -> None:
    guard.check()


def test_the_master_switch_stops_everything() -> None:
    configure(sending_enabled=False)
    with pytest.raises(SendingRefused, match="SUDI_SENDING_ENABLED=0"):
        guard.check()


def test_development_without_an_endpoint_never_calls_aws() -> None:
    configure(ses_endpoint="")
    with pytest.raises(SendingRefused, match="AWS_ENDPOINT_URL_SESV2"):
        guard.check()


def test_production_needs_no_endpoint() -> None:
    configure(ses_endpoint="", environment="production")
    guard.check()


@pytest.mark.parametrize("other", [{"instance": "copy"}, {"base_url": "https://staging.example"}])
def test_a_restored_copy_stays_silent_until_it_is_adopted(other: dict[str, str]) -> None:
    configure(**other)
    with pytest.raises(SendingRefused, match=r"manage\.py adopt"):
        guard.check()
    bootstrap()  # does not adopt what is somebody's
    with pytest.raises(SendingRefused, match=r"belongs to tests at https://sudi\.example"):
        guard.check()
    guard.adopt(ops())
    guard.check()
    assert Installation.objects.count() == 1


def test_a_database_of_nobodys_stays_silent() -> None:
    Installation.objects.all().delete()
    with pytest.raises(SendingRefused, match="belongs to no installation yet"):
        guard.check()
    bootstrap()
    guard.check()


def test_only_ops_may_adopt() -> None:
    configure(instance="copy")
    with pytest.raises(NotPermitted, match="may not adopt"):
        guard.adopt(editor())
    with pytest.raises(SendingRefused):
        guard.check()
