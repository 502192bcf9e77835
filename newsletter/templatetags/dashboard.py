"""The dashboard on the admin's index, and times as the desk reads them.

A tag, as Django's own log of recent actions on that page: a site of our own would have to be made before the modules
that register with it are loaded.
"""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.contrib.auth.models import User

from newsletter import local_time
from newsletter.models import Issue, Newsletter
from newsletter.reports import lines
from newsletter.reports.desk import Desk, desk_of

register = template.Library()


@register.simple_tag(takes_context=True)
def dashboard(context: dict[str, Any]) -> Desk | None:
    """What the person who asks may see of the desk."""
    user = context.get("user")
    return desk_of(user) if isinstance(user, User) and user.is_staff else None


@register.filter
def at(moment: datetime.datetime, newsletter: Newsletter) -> str:
    """``Thu 27 Nov 2025, 08:00 (UTC+08:00, Asia/Shanghai), in 14 h``"""
    return local_time.show_ahead(moment, newsletter.time_zone)


@register.filter
def clock(moment: datetime.datetime, newsletter: Newsletter) -> str:
    """``08:00``, in the newsletter's zone."""
    return f"{moment.astimezone(local_time.zone_of(newsletter.time_zone)):%H:%M}"


@register.filter
def sends_at(issue: Issue) -> datetime.datetime | None:
    """When a line's issue is sent, or was."""
    campaign = lines.campaign_of(issue)
    return campaign.send_at if campaign else None
