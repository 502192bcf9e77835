"""Uploading digests: the same as ``import_digest``, file by file."""

from __future__ import annotations

import dataclasses

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter.admin import desk, remarks, typed
from newsletter.admin.remarks import Remark
from newsletter.admin.sidebyside import SideBySide, side_by_side
from newsletter.digest.decoding import MAX_BYTES
from newsletter.digest.errors import DigestError
from newsletter.editing import Import, import_digest
from newsletter.errors import SudiError
from newsletter.models import Issue, Newsletter


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file. ``done`` is ``None`` where it was refused."""

    name: str
    said: str
    remarks: tuple[Remark, ...]
    done: Import | None = None
    issue: Issue | None = None
    differences: SideBySide = dataclasses.field(default_factory=SideBySide)


@typed.bounded
@require_http_methods(["GET", "HEAD", "POST"])
def upload_view(request: HttpRequest) -> HttpResponse:
    """Import digests, or see what importing them would do."""
    if not desk.person(request).has_perm("newsletter.add_issue"):
        raise PermissionDenied
    files = [each for each in request.FILES.getlist("digests") if isinstance(each, UploadedFile)]
    posted, dry_run = request.method == "POST", "check" in request.POST
    slug = request.POST.get("newsletter", "")
    answers = [_answer(request, file, slug, dry_run=dry_run) for file in files] if posted else []
    newsletters = list(Newsletter.objects.values_list("slug", "name", "format"))
    context = {
        **admin.site.each_context(request),
        "title": _("Import digests"),
        "opts": Issue._meta,
        "answers": answers,
        "dry_run": dry_run,
        "missing": posted and not files,
        "chosen": slug,
        "newsletters": newsletters if _share_a_format(newsletters) else [],
    }
    return TemplateResponse(request, "admin/newsletter/issue/upload.html", context)


def _answer(request: HttpRequest, file: UploadedFile[bytes], slug: str, *, dry_run: bool) -> Answer:
    name = file.name or _("a file without a name")
    if (file.size or 0) > MAX_BYTES:
        said = _("The file has %(size)s bytes; a digest may have %(most)s.")
        return _refused(name, said % {"size": f"{file.size:,}", "most": f"{MAX_BYTES:,}"})
    user = desk.person(request)
    try:
        done = import_digest(file.read(), name, user=user, newsletter_slug=slug or None, dry_run=dry_run)
    except DigestError as error:
        return Answer(name, _("Refused"), tuple(remarks.of_refusal(error)))
    except SudiError as error:
        return _refused(name, str(error))
    stored = Issue.objects.filter(newsletter=done.newsletter, date_start=str(done.document.date_start)).first()
    found = tuple(remarks.of_import(done.document.findings))
    return Answer(name, _said(done, stored), found, done, done.issue or stored, side_by_side(done.comparison))


def _refused(name: str, problem: str) -> Answer:
    return Answer(name, _("Refused"), (Remark("error", problem),))


def _said(done: Import, stored: Issue | None) -> str:
    if done.issue is None:
        if stored is None:
            return _("Would be created")
        return _("Would stay as it is") if done.comparison is None else _("Would be changed")
    if done.created:
        return _("Created")
    return _("Changed") if done.changed else _("Unchanged")


def _share_a_format(newsletters: list[tuple[str, str, str]]) -> bool:
    return len({form for _slug, _name, form in newsletters}) < len(newsletters)
