from django.apps import AppConfig
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
        from django.db.models.signals import m2m_changed, post_delete, post_save

        from accounts import idle, log, people, sessions
        from accounts.models import Membership

        for signal in (signals.password_changed, signals.password_reset, signals.password_set):
            signal.connect(sessions.end_after_change, dispatch_uid="accounts.sessions")
        signals.password_reset.connect(people.prove_address, dispatch_uid="accounts.people")
        signals.user_logged_in.connect(log.signed_in, dispatch_uid="accounts.log")
        for signal in (signals.password_changed, signals.password_reset):
            signal.connect(log.password_changed, dispatch_uid="accounts.log")
        for signal in (authenticator_added, authenticator_removed, authenticator_reset):
            signal.connect(log.second_factor_changed, dispatch_uid="accounts.log")
        for signal in (post_save, post_delete):
            signal.connect(log.role_changed, sender=Membership, dispatch_uid="accounts.log")
        m2m_changed.connect(
            log.units_changed, sender=Membership.units.through, dispatch_uid="accounts.log"
        )
        user_logged_in.connect(idle.begin, dispatch_uid="accounts.idle")
