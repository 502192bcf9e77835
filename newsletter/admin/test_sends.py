"""Test sends from the review page: to oneself, to the proof list, or to addresses that somebody types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.admin import desk
from newsletter.delivery import guard as sending
from newsletter.delivery.gateways.ses import default_gateway
from newsletter.editorial import proof_addresses, proofs, test_sends
from newsletter.editorial.proof_addresses import Failed
from newsletter.errors import NotPermitted, Refused, SendingRefused
from newsletter.models import Issue

Guard = Callable[[Any], Any]
TYPED = "typed"


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [path("<int:issue_id>/test/", guard(send_view), name="newsletter_issue_test")]


def zone(review: desk.Review) -> dict[str, Any]:
    """What ``zones/tests.html`` shows: nothing to who may send none."""
    if not review.user.has_perm(test_sends.PERMISSION):
        return {}
    problem = None if review.rendition else _("No mail can be made of this issue yet; see the findings.")
    return _form(review.issue, review.user, problem=problem)


@require_POST
def send_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Send the test. Where typed addresses got none, they stay in the form, with the reasons beside them."""
    issue, user = desk.issue_for(request, issue_id), desk.person(request)
    to, reader = request.POST.get("to", ""), request.POST.get("reader", "")
    typed = request.POST.get("addresses", "")
    try:
        name = proofs.NAMES.get(reader, "")
        report = test_sends.send(
            issue, _addresses(issue, user, to, typed), user, gateway=default_gateway(), reader=name
        )
    except NotPermitted as problem:
        return desk.refused(request, issue, test_sends.ACTION, problem)
    except (Refused, SendingRefused) as refused:
        return _again(request, issue, typed=typed, reader=reader, problems=[str(refused)], status=400)
    for address in report.sent:
        messages.success(request, _("A test was sent to %(address)s.") % {"address": address})
    if report.failed and to == TYPED:
        left = "\n".join(each.address for each in report.failed)
        problems = [str(each) for each in report.failed]
        return _again(request, issue, typed=left, reader=reader, problems=problems)
    _tell(request, report.failed)
    return HttpResponseRedirect(desk.review_url(issue, "tests"))


def _addresses(issue: Issue, user: User, to: str, typed: str) -> list[str]:
    """Whom the pressed button means."""
    match to:
        case "me":
            return [user.email] if user.email else []
        case "list":
            return proof_addresses.proof_list(issue.newsletter)
        case _:
            return proof_addresses.in_lines(typed)


def _tell(request: HttpRequest, failed: tuple[Failed, ...]) -> None:
    for each in failed:
        messages.error(request, _("Not sent to %(what)s") % {"what": each})


def _again(
    request: HttpRequest, issue: Issue, *, typed: str, reader: str, problems: list[str], status: int = 200
) -> HttpResponse:
    """The form alone, as it was filled in, with what is wrong."""
    context = {
        **admin.site.each_context(request),
        "title": _("Test sends"),
        "opts": issue._meta,
        "issue": issue,
        "zone": _form(issue, desk.person(request), typed=typed, reader=reader, problems=problems),
    }
    return TemplateResponse(request, "admin/newsletter/issue/test.html", context, status=status)


def _form(issue: Issue, user: User, *, problem: str | None = None, **filled: Any) -> dict[str, Any]:
    return {
        "offered": True,
        "problem": problem or _switched_off(),
        "email": user.email,
        "proof_list": proof_addresses.proof_list(issue.newsletter),
        "readers": proofs.SAMPLE_READERS,
        "most": proof_addresses.MOST,
        **filled,
    }


def _switched_off() -> str | None:
    try:
        sending.check()
    except SendingRefused as refused:
        return str(refused)
    return None
