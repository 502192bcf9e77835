"""The archive and the web version of an issue."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from newsletter.delivery.letters import web_url
from newsletter.editorial import corrections
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
    return show(request, "web/newsletter.html", publication, page=page)


@require_safe
def issue(request: HttpRequest, newsletter: str, issue: str) -> HttpResponse:
    """The web version of a public issue, from the same document as the mail, or from its newest correction."""
    issues = archive.issues_with_a_page().select_related("newsletter")
    found = get_object_or_404(issues, newsletter__slug=newsletter, slug=issue)
    if found.withdrawn_at:
        return show(request, "web/withdrawn.html", found.newsletter, status=410, issue=found)
    published = corrections.published(found)
    return show(
        request,
        "web/issue.html",
        found.newsletter,
        issue=found,
        edition=edition_of(published.document),
        corrections=published.corrections,
        neighbours=archive.neighbours(found),
        url=web_url(newsletter, issue),
    )


def show(
    request: HttpRequest, template: str, publication: Newsletter, *, status: int = 200, **context: object
) -> HttpResponse:
    """A page of one newsletter: in its language and colours, whatever the browser asks for."""
    context |= {"newsletter": publication, "look": look.css(publication)}
    with translation.override(publication.language.lower()):
        response = render(request, template, context, status=status)
    response.headers["Content-Language"] = publication.language
    return response
