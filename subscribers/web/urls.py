"""Reader pages. The token in each address is the reader's secret: 128 random bits, or a signature that expires."""

from __future__ import annotations

from django.urls import path, re_path

from subscribers.web import confirmation, one_click, preferences

app_name = "readers"

urlpatterns = [
    # With or without a final slash: RFC 8058 forbids the redirect that would add one.
    re_path(r"^u/(?P<token>[^/]+)/?$", one_click.one_click, name="one-click"),
    path("s/confirm/<str:token>/", confirmation.confirm, name="confirm"),
    path("s/<str:token>/", preferences.preferences, name="preferences"),
    path("s/<str:token>/unsubscribe/", preferences.unsubscribe, name="unsubscribe"),
    path("s/<str:token>/rejoin/", preferences.rejoin, name="rejoin"),
]
