"""Every address of the application."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from accounts import municipality_views
from entry.views import answer as entry_answer
from entry.views import cell, evidence, home, kind, page, pasting, recall, send, workbook
from entry.views import kinds as entry_kinds
from help import views as help_views
from imports import views as imports
from pages import answer_view
from reports import downloads, plan_views, start_views
from reports import views as reports
from reports.annual import views as annual
from reports.opendata import views as opendata
from reports.public import preview
from reports.public import report as public_report
from reports.public import views as public
from review.views import (
    correct,
    kinds,
    overview,
    period,
    questions,
    reconciliation,
    unit,
    whole_year,
)
from search import views as search
from setup import tag_views
from today import views as today

IN_YEAR = "plans/<slug:slug>/<int:year>/"

urlpatterns = [
    path("", today.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", help_views.help_page, name="help"),
    path("healthz", reports.healthz, name="healthz"),
    path("municipalities/", municipality_views.municipalities, name="municipalities"),
    path("plans/<slug:slug>/", start_views.plan, name="plan"),
    path("plans/<slug:slug>/tagging/", tag_views.tagging_of_before, name="tagging_of_before"),
    path("plans/<slug:slug>/kinds/", kinds.kinds, name="kinds"),
    path("plans/<slug:slug>/copy/", plan_views.plan_copy, name="plan_copy"),
    path(
        IN_YEAR,
        include(
            [
                path("", start_views.dashboard_page, name="dashboard"),
                path("plan.<str:form>", downloads.plan_export, name="plan_export"),
                path(
                    "departments/<str:number>/template.xlsx",
                    downloads.department_template,
                    name="department_template",
                ),
                path("departments/", reports.departments, name="departments"),
                path("departments/<str:number>/", reports.department, name="department"),
                path("objectives/<str:code>/", reports.objective, name="objective"),
                path("indicators/", reports.indicator_list, name="indicator_list"),
                path("compare/", reports.compare_page, name="compare"),
                path("findings/", reports.findings_page, name="findings"),
                path("tags/", plan_views.tags, name="tags"),
                path("people/", plan_views.people, name="people"),
                path("findings/answer/", answer_view.answer, name="answer"),
                path("public-preview/", preview.public_preview, name="public_preview"),
                path("report/", annual.annual_report, name="annual_report"),
                path("report.<str:form>", annual.annual_report_file, name="annual_report_file"),
                path("indicators/<int:pk>/", reports.indicator, name="indicator"),
            ]
        ),
    ),
    path(
        "review/<slug:slug>/<int:year>/",
        include(
            [
                path("", overview.review, name="review"),
                path("remind/", overview.remind, name="remind"),
                path("period/", period.period, name="period"),
                path("questions/", questions.review_questions, name="review_questions"),
                path("reasons/", whole_year.review_reasons, name="review_reasons"),
                path("verify/", whole_year.review_all, name="review_all"),
                path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
                path("<str:number>/", unit.review_unit, name="review_unit"),
                path("<str:number>/<int:pk>/correct/", correct.correct, name="correct"),
            ]
        ),
    ),
    path("public/", public.public_home, name="public_home"),
    path("public/help/", public.public_help, name="public_help"),
    path(
        "public/<slug:slug>/<int:year>/",
        include(
            [
                path("", public.public_year, name="public_year"),
                path(
                    "departments/<str:number>/",
                    public.public_department,
                    name="public_department",
                ),
                path("objectives/<str:code>/", public.public_objective, name="public_objective"),
                path("editions/", public.public_editions, name="public_editions"),
                path("editions/<int:number>/", public.public_edition, name="public_edition"),
                path("editions/<int:number>/<str:name>", opendata.open_data, name="edition_file"),
                path("report.<str:form>", public_report.public_report, name="public_report"),
            ]
        ),
    ),
    path("entry/", home.entry_home, name="entry_home"),
    path(
        "entry/<slug:slug>/<int:year>/<str:number>/",
        include(
            [
                path("", page.entry, name="entry"),
                path("questions/", entry_answer.entry_answer, name="entry_answer"),
                path("paste/", pasting.entry_paste, name="entry_paste"),
                path("paste/undo/", pasting.entry_paste_undo, name="entry_paste_undo"),
                path("workbook/", workbook.entry_workbook, name="entry_workbook"),
                path(
                    "workbook/marked.xlsx",
                    workbook.entry_workbook_marked,
                    name="entry_workbook_marked",
                ),
                path("kinds/", entry_kinds.entry_kinds, name="entry_kinds"),
                path("send/", send.entry_send, name="entry_send"),
                path("recall/", recall.entry_recall, name="entry_recall"),
                path("cells/<int:pk>/", cell.entry_cell, name="entry_cell"),
                path("cells/<int:pk>/kind/", kind.entry_kind, name="entry_kind"),
                path("cells/<int:pk>/evidence/", evidence.entry_evidence, name="entry_evidence"),
                path("cells/<int:pk>/comments/", evidence.entry_comment, name="entry_comment"),
            ]
        ),
    ),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/delete/", evidence.evidence_delete, name="evidence_delete"),
    path(
        "imports/",
        include(
            [
                path("", imports.import_list, name="import_list"),
                path("table.xlsx", downloads.empty_table, name="empty_table"),
                path("<int:pk>/", imports.import_preview, name="import_preview"),
                path("<int:pk>/choose/", imports.import_choose, name="import_choose"),
                path("<int:pk>/apply/", imports.import_apply, name="import_apply"),
                path("<int:pk>/leave/", imports.import_leave, name="import_leave"),
                path("<int:pk>/undo/", imports.import_undo, name="import_undo"),
            ]
        ),
    ),
    path("settings/", include("setup.urls")),
    path("accounts/", include("accounts.urls")),
    path("language/", set_language, name="set_language"),
    path("api/", include("reports.api.urls")),
    path("public/<slug:slug>/<int:year>/data/<str:name>", opendata.open_data, name="open_data"),
    path("admin/", admin.site.urls),
]

handler400 = "yeap.errors.bad_request"
handler403 = "yeap.errors.permission_denied"
handler404 = "yeap.errors.page_not_found"
handler500 = "yeap.errors.server_error"
