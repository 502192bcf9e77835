"""Opens and clicks, by whomever and by people. Only the numbers differ: nothing is ever done about a reader for them.

What a machine is, ``events.scanners`` knows. Here is what needs the delivery's time: security scanners open a mail and
follow its links before the mailbox has it, or within seconds of that.
"""

from __future__ import annotations

import datetime

from django.db.models import F, Q

SECONDS = datetime.timedelta(seconds=10)


def _by_people(name: str) -> Q:
    after = Q(delivered_at=None) | Q(**{f"{name}__gte": F("delivered_at") + SECONDS})
    return Q(**{f"{name}__isnull": False}) & after


ATTENTION = {
    "opened": Q(opened_at__isnull=False),
    "clicked": Q(clicked_at__isnull=False),
    "opened_by_people": _by_people("person_opened_at"),
    "clicked_by_people": _by_people("person_clicked_at"),
}
