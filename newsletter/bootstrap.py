"""What every installation starts from: three publications, their lists, and the three roles."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from newsletter.delivery import guard, rate
from newsletter.models import Newsletter
from subscribers.models import MailingList

PUBLICATIONS: tuple[dict[str, Any], ...] = (
    {
        "slug": "express",
        "name": "AI行业速递",
        "tagline": "每个工作日，十条值得读完的 AI 新闻",
        "language": "zh-Hans",
        "theme": {"accent": "#0b57d0", "accent_dark": "#8ab4f8"},
        "postal_address": "速递编辑部，北京市海淀区中关村大街 27 号，100080",
    },
    {
        "slug": "bulletin",
        "name": "AI 前沿动态速报",
        "tagline": "模型、算力与应用的前沿动态",
        "language": "zh-Hans",
        "theme": {"accent": "#0f766e", "accent_dark": "#5eead4"},
        "postal_address": "速递编辑部，北京市海淀区中关村大街 27 号，100080",
    },
    {
        "slug": "report",
        "name": "AI Daily 情報",
        "tagline": "每日人工智慧技術情報與編輯洞察",
        "language": "zh-Hant",
        "theme": {"accent": "#9a3412", "accent_dark": "#fdba74"},
        "postal_address": "速遞編輯部，臺北市大安區羅斯福路四段 1 號，106",
    },
)
CONTENT = (
    *("newsletter", "issue", "section", "story", "source", "rendition", "issuetransition"),
    *("comment", "acknowledgement", "previewlink", "correction", "picture"),
)
WRITES = ["add_issue", "change_issue", "submit_issue", "send_test_issue", "acknowledge_issue", "share_issue"]
WRITES += ["add_comment", "add_picture"]
WRITES += [f"{verb}_{model}" for model in ("section", "story", "source") for verb in ("add", "change", "delete")]
EDITS = ["approve_issue", "request_changes_issue", "schedule_issue", "archive_issue", "cancel_campaign"]
EDITS += ["correct_issue", "withdraw_issue"]
SENDING = ("campaign", "campaigntransition", "deliveryevent", "delivery", "sendrate", "installation")
PEOPLE = ("mailinglist", "subscriber", "subscription", "consentrecord", "suppression")
ROLES = {
    "Writers": [*(f"view_{model}" for model in CONTENT), *WRITES],
    "Editors": [*(f"view_{model}" for model in (*CONTENT, "campaign", "campaigntransition")), *WRITES, *EDITS],
    "Ops": [
        *(f"view_{model}" for model in (*SENDING, *PEOPLE, "issue", "newsletter")),
        *("pause_campaign", "cancel_campaign", "resend_campaign"),
        *("add_suppression", "delete_suppression"),
    ],
}


@transaction.atomic
def bootstrap() -> list[Newsletter]:
    """Make what is missing and leave what is there as somebody set it; the roles' permissions are always reset.

    Returns the three newsletters.
    """
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(_permissions(codenames))
    rate.current()
    guard.adopt_if_new()
    return [_publication(dict(values)) for values in PUBLICATIONS]


def _publication(values: dict[str, Any]) -> Newsletter:
    slug, name = values.pop("slug"), values["name"]
    mailing_list, _ = MailingList.objects.get_or_create(slug=slug, defaults={"name": name})
    defaults = {
        **values,
        "format": slug,
        "mailing_list": mailing_list,
        "usual_time": datetime.time(8),
        "from_name": name,
        "from_email": f"{slug}@sudi.example",
    }
    newsletter, _ = Newsletter.objects.get_or_create(slug=slug, defaults=defaults)
    return newsletter


def _permissions(codenames: list[str]) -> list[Permission]:
    found = Permission.objects.filter(content_type__app_label__in=("newsletter", "subscribers"), codename__in=codenames)
    permissions = {permission.codename: permission for permission in found}
    return [permissions[codename] for codename in codenames]
