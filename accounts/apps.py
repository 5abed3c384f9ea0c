from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account import signals
        from allauth.mfa.signals import (
            authenticator_added,
            authenticator_removed,
            authenticator_reset,
        )
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import m2m_changed

        from accounts import idle, log, sessions
        from accounts.models import User
        from accounts.roles import OWN_APPS, grant_roles

        # Permissions are made app by app after the last migration; the groups get theirs
        # once those of the last app are there.
        last = apps.get_app_config(OWN_APPS[-1])
        for signal in (signals.password_changed, signals.password_reset, signals.password_set):
            signal.connect(sessions.end_after_change, dispatch_uid="accounts.sessions")
        signals.user_logged_in.connect(log.signed_in, dispatch_uid="accounts.log")
        for signal in (signals.password_changed, signals.password_reset):
            signal.connect(log.password_changed, dispatch_uid="accounts.log")
        for signal in (authenticator_added, authenticator_removed, authenticator_reset):
            signal.connect(log.second_factor_changed, dispatch_uid="accounts.log")
        for given in (User.groups, User.departments):
            m2m_changed.connect(log.role_changed, sender=given.through, dispatch_uid="accounts.log")
        user_logged_in.connect(idle.begin, dispatch_uid="accounts.idle")
        post_migrate.connect(grant_roles, sender=last, dispatch_uid="accounts.grant_roles")
