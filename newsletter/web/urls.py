"""The public pages: the archive, the web version of every issue, and the doors for machines."""

from __future__ import annotations

from django.urls import path, re_path

from newsletter.web import health, hooks, pages, pictures, preview

app_name = "web"

urlpatterns = [
    path("", pages.home, name="home"),
    path("n/<slug:newsletter>/", pages.newsletter, name="newsletter"),
    path("n/<slug:newsletter>/<slug:issue>/", pages.issue, name="issue"),
    path("n/<slug:newsletter>/<slug:issue>/preview/<str:key>/", preview.preview, name="preview"),
    re_path(r"^media/pictures/(?P<name>[0-9a-f]{64}\.(?:jpg|png))$", pictures.picture, name="picture"),
    path("hooks/sns/", hooks.sns, name="sns"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
