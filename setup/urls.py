"""The addresses below /settings/; what is a plan's stands below plans/SLUG/."""

from django.urls import path

from setup import municipality_views, views

urlpatterns = [
    path("", views.settings, name="settings"),
    path("municipality/", municipality_views.municipality_settings, name="municipality_settings"),
]
