"""The addresses below /settings/; what is a plan's stands below plans/SLUG/."""

from django.urls import include, path

from setup import municipality_views, people_views, plan_views, start_views, views

urlpatterns = [
    path("", views.settings, name="settings"),
    path("start/", start_views.first_run, name="first_run"),
    path("municipality/", municipality_views.municipality_settings, name="municipality_settings"),
    path("plans/new/", plan_views.plan_new, name="plan_new"),
    path(
        "plans/<slug:slug>/",
        include(
            [
                path("", plan_views.plan_settings, name="plan_settings"),
                path("periods/", plan_views.periods, name="periods"),
            ]
        ),
    ),
    path("people/", people_views.people_settings, name="people_settings"),
    path("people/<int:pk>/", people_views.person_settings, name="person_settings"),
    path("people/<int:pk>/<slug:step>/", people_views.person_step, name="person_step"),
]
