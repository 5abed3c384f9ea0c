"""Every address of the application."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path
from django.views.i18n import set_language

from imports import views as imports
from reports import downloads
from reports import views as reports

IN_YEAR = "plans/<slug:slug>/<int:year>/"

urlpatterns = [
    path("", reports.home, name="home"),
    path("healthz", reports.healthz, name="healthz"),
    path("plans/<slug:slug>/", reports.plan, name="plan"),
    path(
        IN_YEAR,
        include(
            [
                path("", reports.dashboard_page, name="dashboard"),
                path("plan.<str:form>", downloads.plan_export, name="plan_export"),
                path(
                    "departments/<str:number>/template.xlsx",
                    downloads.department_template,
                    name="department_template",
                ),
                path("departments/<str:number>/", reports.department, name="department"),
                path("objectives/<str:code>/", reports.objective, name="objective"),
                path("indicators/", reports.indicator_list, name="indicator_list"),
                path("findings/", reports.findings_page, name="findings"),
                path("indicators/<int:pk>/", reports.indicator, name="indicator"),
            ]
        ),
    ),
    path(
        "imports/",
        include(
            [
                path("", imports.import_list, name="import_list"),
                path("<int:pk>/", imports.import_preview, name="import_preview"),
                path("<int:pk>/choose/", imports.import_choose, name="import_choose"),
                path("<int:pk>/apply/", imports.import_apply, name="import_apply"),
                path("<int:pk>/leave/", imports.import_leave, name="import_leave"),
                path("<int:pk>/undo/", imports.import_undo, name="import_undo"),
            ]
        ),
    ),
    path(
        "accounts/login/",
        auth_views.LoginView.as_view(
            template_name="accounts/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path(
        "accounts/password/",
        auth_views.PasswordChangeView.as_view(template_name="accounts/password_change.html"),
        name="password_change",
    ),
    path(
        "accounts/password/done/",
        auth_views.PasswordChangeDoneView.as_view(
            template_name="accounts/password_change_done.html"
        ),
        name="password_change_done",
    ),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "yeap.errors.bad_request"
handler403 = "yeap.errors.permission_denied"
handler404 = "yeap.errors.page_not_found"
handler500 = "yeap.errors.server_error"
