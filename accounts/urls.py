"""The addresses of getting in. No others of django-allauth's are served: nobody signs up here."""

from django.urls import path

from accounts import address, gates, idle, views
from accounts import invitation_page as invitations
from accounts import second_factor_pages as second
from accounts import single_sign_on as sso

urlpatterns = [
    path("", views.account, name="account"),
    path("mail/off/<str:token>/", views.mail_off, name="mail_off"),
    # django-allauth asks for some pages by its own names; ours stand behind them.
    path("login/", gates.sign_in, name="account_login"),
    path("login/", gates.sign_in, name="login"),
    path("logout/", gates.sign_out, name="account_logout"),
    path("logout/", gates.sign_out, name="logout"),
    path("inactive/", gates.inactive, name="account_inactive"),
    path("reauthenticate/", gates.reauthenticate, name="account_reauthenticate"),
    path("password/", gates.password_change, name="account_change_password"),
    path("password/", gates.password_change, name="password_change"),
    path("password/set/", address.no_password_here, name="account_set_password"),
    path("password/reset/", gates.password_reset, name="account_reset_password"),
    path("password/reset/sent/", gates.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/<str:uidb36>/<str:key>/",
        gates.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("address/", address.address, name="address"),
    path("address/<str:token>/", address.address_confirm, name="address_confirm"),
    # The municipality's own account
    path("sso/cancelled/", sso.sso_cancelled, name="socialaccount_login_cancelled"),
    path("sso/<str:provider_id>/", sso.sso_login, name="openid_connect_login"),
    path("sso/<str:provider_id>/back/", sso.sso_callback, name="openid_connect_callback"),
    # The second step, and where one is signed in
    path("second-step/", second.second_factor_home, name="mfa_index"),
    path("second-step/enter/", second.second_step, name="mfa_authenticate"),
    path("second-step/again/", second.again_with_code, name="mfa_reauthenticate"),
    path("second-step/app/", second.app_on, name="mfa_activate_totp"),
    path("second-step/app/off/", second.app_off, name="mfa_deactivate_totp"),
    path("second-step/codes/", second.show_codes, name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", second.codes_renew, name="mfa_generate_recovery_codes"),
    path("second-step/codes.txt", second.codes_file, name="mfa_download_recovery_codes"),
    path("passkeys/", second.second_factor_home, name="mfa_list_webauthn"),
    path("passkeys/add/", second.passkey_add, name="mfa_add_webauthn"),
    path("passkeys/again/", second.again_with_passkey, name="mfa_reauthenticate_webauthn"),
    path("passkeys/sign-in/", second.passkey_sign_in, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/remove/", second.passkey_remove, name="passkey_remove"),
    path("stay/", idle.stay, name="stay"),
    path("printed/", views.printed, name="printed"),
    path("sessions/end/", views.end_sessions, name="end_sessions"),
]
