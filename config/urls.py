"""All addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("", include("newsletter.web.urls")),
    path("", include("subscribers.web.urls")),
    path("ops/", include("newsletter.ops.urls")),
]
