"""Reader pages. The token in each address is the reader's secret: 128 random bits, or a signature that expires."""

from __future__ import annotations

from django.urls import path, re_path

from subscribers.web import confirmation, one_click, preferences, sample

app_name = "readers"

urlpatterns = [
    # Where the links of previews and test mails lead. They come first; behind them no token can be this one.
    re_path(r"^u/(?P<token>sample)/?$", sample.unsubscribe),
    re_path(r"^s/confirm/(?P<token>sample)/$", sample.confirm),
    re_path(r"^s/(?P<token>sample)/$", sample.preferences),
    re_path(r"^s/(?P<token>sample)/unsubscribe/$", sample.unsubscribe),
    re_path(r"^s/(?P<token>sample)/rejoin/$", sample.rejoin),
    # With or without a final slash: RFC 8058 forbids the redirect that would add one.
    re_path(r"^u/(?P<token>[^/]+)/?$", one_click.one_click, name="one-click"),
    path("s/confirm/<str:token>/", confirmation.confirm, name="confirm"),
    path("s/<str:token>/", preferences.preferences, name="preferences"),
    path("s/<str:token>/unsubscribe/", preferences.unsubscribe, name="unsubscribe"),
    path("s/<str:token>/rejoin/", preferences.rejoin, name="rejoin"),
]
