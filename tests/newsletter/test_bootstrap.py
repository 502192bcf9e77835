from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from newsletter.bootstrap import bootstrap
from newsletter.models import Installation, Newsletter, SendRate
from subscribers.models import MailingList
from tests.newsletter.desk import person

pytestmark = pytest.mark.django_db

WRITERS = """
acknowledge_issue add_comment add_picture send_test_issue share_issue view_acknowledgement view_comment view_correction
view_picture view_previewlink
add_issue add_section add_source add_story change_issue change_section change_source change_story delete_section
delete_source delete_story submit_issue view_issue view_issuetransition view_newsletter view_rendition view_section
view_source view_story
"""
ROLES = {
    "Writers": WRITERS,
    "Editors": f"""{WRITERS}
    approve_issue archive_issue cancel_campaign correct_issue withdraw_issue request_changes_issue schedule_issue
    view_campaign view_campaigntransition
    """,
    "Ops": """
    add_suppression cancel_campaign delete_suppression pause_campaign resend_campaign view_campaign
    view_campaigntransition view_consentrecord view_delivery view_deliveryevent view_installation view_issue
    view_mailinglist view_newsletter view_sendrate view_subscriber view_subscription view_suppression
    """,
}


def permissions(role: str) -> list[str]:
    return sorted(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


def test_makes_the_three_publications_each_with_its_list() -> None:
    made = bootstrap()
    assert [newsletter.slug for newsletter in made] == ["express", "bulletin", "report"]
    for newsletter in Newsletter.objects.select_related("mailing_list"):
        newsletter.full_clean()
        assert newsletter.format == newsletter.mailing_list.slug == newsletter.slug
        assert newsletter.mailing_list.name == newsletter.name
    languages = Newsletter.objects.values_list("slug", "language")
    assert dict(languages) == {"express": "zh-Hans", "bulletin": "zh-Hans", "report": "zh-Hant"}
    assert (Newsletter.objects.count(), MailingList.objects.count(), SendRate.objects.count()) == (3, 3, 1)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_exactly_what_it_needs(role: str) -> None:
    bootstrap()
    assert permissions(role) == sorted(ROLES[role].split())


def test_no_codename_means_two_things() -> None:
    bootstrap()
    for role, names in ROLES.items():
        assert Permission.objects.filter(codename__in=names.split()).count() == len(names.split()), role


def test_again_makes_nothing() -> None:
    first = bootstrap()
    adopted = Installation.objects.get().adopted_at
    assert bootstrap() == first
    assert (Newsletter.objects.count(), MailingList.objects.count(), Group.objects.count()) == (3, 3, 3)
    assert Installation.objects.get().adopted_at == adopted


def test_again_leaves_what_somebody_changed() -> None:
    bootstrap()
    changed = {"name": "别名", "theme": {"accent": "#000000"}, "from_email": "x@example.test", "language": "en"}
    Newsletter.objects.filter(slug="express").update(**changed)
    MailingList.objects.filter(slug="express").update(name="读者")
    bootstrap()
    assert Newsletter.objects.values(*changed).get(slug="express") == changed
    assert MailingList.objects.get(slug="express").name == "读者"


def test_again_makes_what_is_missing() -> None:
    bootstrap()
    Newsletter.objects.filter(slug="report").delete()
    Group.objects.filter(name="Ops").delete()
    bootstrap()
    assert Newsletter.objects.filter(slug="report").exists()
    assert permissions("Ops")


def test_again_resets_the_permissions_of_roles_and_keeps_their_people() -> None:
    bootstrap()
    group = Group.objects.get(name="Writers")
    writer = person("writer", "Writers")
    group.permissions.set(Permission.objects.filter(codename__in=["approve_issue", "delete_issue"]))
    bootstrap()
    assert permissions("Writers") == sorted(WRITERS.split())
    assert list(writer.groups.all()) == [group]


def test_only_a_new_database_is_adopted(settings: Any) -> None:
    bootstrap()
    here = Installation.objects.get().instance
    settings.SUDI = dataclasses.replace(settings.SUDI, instance="restored copy")
    bootstrap()
    assert Installation.objects.get().instance == here != "restored copy"
