"""The archive and the web version of an issue."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from newsletter import content
from newsletter.delivery.letters import web_url
from newsletter.models import Newsletter
from newsletter.web import archive, look
from newsletter.web.edition import edition_of

PER_PAGE = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newsletters = list(archive.newsletters())
    looks = mark_safe("".join(look.css(each, f".look-{each.slug}") for each in newsletters))  # noqa: S308 - CSS of ours
    return render(request, "web/home.html", {"newsletters": newsletters, "look": looks})


@require_safe
def newsletter(request: HttpRequest, newsletter: str) -> HttpResponse:
    publication = get_object_or_404(Newsletter, slug=newsletter)
    issues = archive.listed_issues().filter(newsletter=publication)
    page = Paginator(issues, PER_PAGE).get_page(request.GET.get("page"))
    return _render(request, "web/newsletter.html", publication, page=page)


@require_safe
def issue(request: HttpRequest, newsletter: str, issue: str) -> HttpResponse:
    """The web version of a public issue, from the same document as the mail."""
    issues = archive.public_issues().select_related("newsletter")
    found = get_object_or_404(issues, newsletter__slug=newsletter, slug=issue)
    return _render(
        request,
        "web/issue.html",
        found.newsletter,
        issue=found,
        edition=edition_of(content.load(found)),
        neighbours=archive.neighbours(found),
        url=web_url(newsletter, issue),
    )


def _render(request: HttpRequest, template: str, publication: Newsletter, **context: object) -> HttpResponse:
    """A page of one newsletter: in its language and colours, whatever the browser asks for."""
    context |= {"newsletter": publication, "look": look.css(publication)}
    with translation.override(publication.language.lower()):
        response = render(request, template, context)
    response.headers["Content-Language"] = publication.language
    return response
