"""The forms of getting in: django-allauth's, with our fields, words and people."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.finding import people_at


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
