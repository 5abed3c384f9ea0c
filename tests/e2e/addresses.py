"""The pages that are looked at in the browser."""

PLAN = "/plans/mersin-2024-2026"
DASHBOARD = f"{PLAN}/2024/"
LIST = f"{DASHBOARD}indicators/"
PAGES = {
    "home": "/",
    "dashboard": DASHBOARD,
    "next year": f"{PLAN}/2025/",
    "department": f"{DASHBOARD}departments/7/",
    "branches": f"{DASHBOARD}departments/11/",
    "objective": f"{DASHBOARD}objectives/8/",
    "list": LIST,
    "indicator": f"{LIST}?q=Desteklenen+sporcu",  # whose first row leads to it
    "findings": f"{DASHBOARD}findings/",
    "missing": "/no-such-page/",
    "login": "/accounts/login/",
}
