"""The pages of the administration as a browser sees them."""

from django.urls import reverse

BACKEND = "accounts.backends.PersonBackend"


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def form_data(response):
    """Return what a browser would send of a change page on which nothing is touched."""
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


def edit(staff, row, /, **changes):
    """Open a change page, fill some fields in, save; return the response and its errors."""
    address = page(type(row), "change", row.pk)
    data = form_data(staff.get(address))
    data.update({name.replace("__", "-"): value for name, value in changes.items()})
    response = staff.post(address, data)
    return response, errors_of(response)


def errors_of(response):
    if response.status_code == 302:
        return ""
    return str(response.context["errors"])


def export(staff, model, *, table=0, file_format="0"):
    response = staff.post(page(model, "export"), {"resource": table, "format": file_format})
    assert response.status_code == 200
    return response.content
