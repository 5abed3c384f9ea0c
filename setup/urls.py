"""The addresses below /settings/; what is a plan's stands below plans/SLUG/."""

from django.urls import include, path

from setup import (
    activity_views,
    indicator_views,
    municipality_views,
    name_views,
    objective_views,
    people_views,
    plan_views,
    small_numbers_views,
    start_views,
    tag_views,
    unit_views,
    views,
)

ACTIVITIES = [
    path("", activity_views.activities, name="activities"),
    path("add/", activity_views.activity_add, name="activity_add"),
    path("<int:pk>/", activity_views.activity_edit, name="activity_edit"),
    path("<int:pk>/delete/", activity_views.activity_delete, name="activity_delete"),
    path("<int:pk>/indicators/add/", indicator_views.indicator_add, name="indicator_add"),
    path("indicators/<int:pk>/", indicator_views.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/delete/", indicator_views.indicator_delete, name="indicator_delete"),
]

TAGGING = [
    path("", tag_views.tagging, name="tagging"),
    path("load/", tag_views.tags_load, name="tags_load"),
    path("tags/add/", tag_views.tag_add, name="tag_add"),
    path("tags/<int:pk>/", tag_views.tag_edit, name="tag_edit"),
]

urlpatterns = [
    path("", views.settings, name="settings"),
    path("start/", start_views.first_run, name="first_run"),
    path("municipality/", municipality_views.municipality_settings, name="municipality_settings"),
    path("names/", name_views.name_settings, name="name_settings"),
    path("units/", unit_views.unit_settings, name="unit_settings"),
    path("units/<int:unit>/", unit_views.unit_page, name="unit_page"),
    path("units/<int:unit>/delete/", unit_views.unit_delete, name="unit_delete"),
    path("units/<int:unit>/merge/", unit_views.unit_merge, name="unit_merge"),
    path(
        "municipality/second-step/",
        municipality_views.second_step_settings,
        name="second_step_settings",
    ),
    path("new-plan/", plan_views.plan_new, name="plan_new"),
    path(
        "plans/<slug:slug>/",
        include(
            [
                path("", plan_views.plan_settings, name="plan_settings"),
                path("objectives/", objective_views.objective_settings, name="objective_settings"),
                path("periods/", plan_views.periods, name="periods"),
                path("activities/", include(ACTIVITIES)),
                path("tagging/", include(TAGGING)),
                path("small-numbers/", small_numbers_views.small_numbers, name="small_numbers"),
            ]
        ),
    ),
    path("people/", people_views.people_settings, name="people_settings"),
    path("people/<int:pk>/", people_views.person_settings, name="person_settings"),
    path("people/<int:pk>/<slug:step>/", people_views.person_step, name="person_step"),
]
