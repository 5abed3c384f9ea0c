"""The forms of getting in: django-allauth's, with our fields, words and people."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.adapter import take
from accounts.finding import people_at
from accounts.models import User


class PlainFields(forms.BaseForm):
    """Labels stand above the fields; nothing is repeated inside them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainFields, allauth_forms.LoginForm):
    too_fast = False  # whether it was refused without a look at the password

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("User name or e-mail"), _("Password")
        name.widget.attrs |= {
            "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false",
        }  # fmt: skip
        password.help_text = ""

    def add_prefix(self, field_name: str) -> str:
        # The name under which browsers have kept it, and the entry page sends it.
        return super().add_prefix("username" if field_name == "login" else field_name)

    def user_credentials(self) -> dict[str, str]:
        return {
            "username": self.cleaned_data["login"],
            "password": self.cleaned_data["password"],
        }

    def clean(self) -> Any:
        try:
            return super().clean()
        except ValidationError as refused:
            self.too_fast = refused.code == "too_fast"
            if refused.code in ("username_password_mismatch", "email_password_mismatch"):
                raise allauth_forms.get_adapter().validation_error(
                    "username_password_mismatch"
                ) from None
            raise


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        # Who signs in elsewhere has no password here that could be forgotten.
        self.users = [person for person in people_at(address) if person.has_usable_password()]
        return address


class TwicePassword(PlainFields):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")
        if "oldpassword" in self.fields:
            self.fields["oldpassword"].label = _("Present password")
            self.fields["oldpassword"].help_text = ""


class NewPasswordForm(TwicePassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(TwicePassword, allauth_forms.ChangePasswordForm):
    pass


class ReauthenticateForm(PlainFields, allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class AddressForm(forms.Form):
    """A new address of one's own; it counts once the link sent to it has been opened."""

    email = forms.EmailField(label=_("New e-mail address"))

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        if address == self.present:
            raise ValidationError(_("That is your address already."))
        return address


class CodeMixin(PlainFields):
    """A code of the second step, at the pace of ``throttle``."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocapitalize": "none"}

    def clean_code(self) -> str:
        counts = [throttle.code_count(self.user)]
        take(counts)
        code: str = super().clean_code()  # type: ignore[misc]
        throttle.succeeded(counts)
        return code


class CodeForm(CodeMixin, mfa_forms.AuthenticateForm):
    pass


class CodeAgainForm(CodeMixin, mfa_forms.ReauthenticateForm):
    pass


class AppForm(CodeMixin, ActivateTOTPForm):
    pass


class PasskeyForm(PlainFields, AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("So that you know it again: the device, for example.")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without a password")
        alone.help_text = _("The device then asks for your finger, face or PIN.")
        alone.initial = True
