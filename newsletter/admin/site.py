"""The admin's name."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("Sudi 速递")
admin.site.site_title = _("Sudi 速递")
admin.site.index_title = _("The desk")
