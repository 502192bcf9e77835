from __future__ import annotations

import pytest

from newsletter.models import Newsletter
from tests.newsletter.management.running import run

SAID = """\
express: AI行业速递, list express
bulletin: AI 前沿动态速报, list bulletin
report: AI Daily 情報, list report
Roles: Writers, Editors, Ops
"""


@pytest.mark.django_db
def test_tells_what_there_is_and_can_be_run_again() -> None:
    assert run("bootstrap") == SAID
    assert run("bootstrap") == SAID
    assert Newsletter.objects.count() == 3
