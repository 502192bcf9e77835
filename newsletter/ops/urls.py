"""The addresses of ``/ops/``."""

from django.urls import path

from newsletter.ops.views import campaigns, deliveries, overview

app_name = "ops"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("live/", overview.overview_live, name="overview-live"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/live/", campaigns.campaign_live, name="campaign-live"),
    path("campaigns/<int:campaign_id>/find/", deliveries.search, name="find"),
    path("campaigns/<int:campaign_id>/deliveries/", deliveries.deliveries, name="deliveries"),
    path("campaigns/<int:campaign_id>/deliveries/<int:position>/", deliveries.delivery, name="delivery"),
    path("campaigns/<int:campaign_id>/do/<slug:name>/", campaigns.brake, name="brake"),
]
