"""How somebody of the desk wants to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsletter.admin import desk
from newsletter.models import Notice, StaffPreference

Guard = Callable[[Any], Any]
LISTED = 10  # notices that never left


class PreferenceForm(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = StaffPreference
        fields = ("notices", "language")


def urls(guard: Guard) -> list[URLPattern]:
    """The addresses beneath an issue's; ``guard`` is the admin's own."""
    return [path("preferences/", guard(preferences_view), name="newsletter_issue_preferences")]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences_view(request: HttpRequest) -> HttpResponse:
    """One's own, for everybody who may enter the admin."""
    user = desk.person(request)
    preference = StaffPreference.objects.filter(user=user).first() or StaffPreference(user=user)
    form = PreferenceForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid():
        StaffPreference.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    lost = Notice.objects.filter(user=user, ended_at__isnull=False).exclude(problem="").select_related("issue")
    context = {
        **admin.site.each_context(request),
        "title": _("Your preferences"),
        "form": form,
        "lost": lost[:LISTED],
    }
    return TemplateResponse(request, "admin/newsletter/preferences.html", context)
