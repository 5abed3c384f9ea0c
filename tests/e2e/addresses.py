"""The pages that are looked at in the browser."""

PLAN = "/plans/mersin-2024-2026"
DASHBOARD = f"{PLAN}/2024/"
REVIEW = "/review/mersin-2024-2026/"
LIST = f"{DASHBOARD}indicators/"
PAGES = {
    "home": "/",
    "dashboard": DASHBOARD,
    "next year": f"{PLAN}/2025/",
    "years so far": f"{PLAN}/2025/?view=cumulative",
    "comparison": f"{DASHBOARD}compare/?a=unit-7&b=unit-11",
    "departments": f"{DASHBOARD}departments/",
    "department": f"{DASHBOARD}departments/7/",
    "branches": f"{DASHBOARD}departments/11/",
    "objective": f"{DASHBOARD}objectives/8/",
    "list": LIST,
    "indicator": f"{LIST}?q=Desteklenen+sporcu",  # whose first row leads to it
    "findings": f"{DASHBOARD}findings/",
    "tags": f"{DASHBOARD}tags/",
    "people": f"{DASHBOARD}people/",
    "tagging": f"/settings{PLAN}/tagging/",
    "activities": f"/settings{PLAN}/activities/",
    "new activity": f"/settings{PLAN}/activities/add/",
    # whose first indicator leads to it
    "planned indicator": f"/settings{PLAN}/activities/?q=Eğitime+katılan+personel",
    "small numbers": f"/settings{PLAN}/small-numbers/",
    "copy": f"{PLAN}/copy/",
    "kinds": f"{PLAN}/kinds/",
    "review": f"{REVIEW}2024/",
    "queue": f"{REVIEW}2024/7/",
    "all units": f"{REVIEW}2024/verify/",
    "reasons": f"{REVIEW}2024/reasons/",
    "questions": f"{REVIEW}2024/questions/",
    "one answer": f"{REVIEW}2024/questions/?kind=increment&answer=increment",
    "period": f"{REVIEW}2024/period/",
    "closing": f"{REVIEW}2025/period/",
    "correction": f"{REVIEW}2024/7/",  # whose first row leads to it
    "report": f"{DASHBOARD}report/",
    "everybody": "/settings/people/",
    "somebody": "/settings/people/1/",
    "units": "/settings/units/",
    "a unit": "/settings/units/9/",
    "merging": "/settings/units/9/merge/?into=10",
    "titles": "/settings/plans/mersin-2024-2026/objectives/",
    "comparison of years": f"{DASHBOARD}compare/?a=year-2024&b=year-2025",
    "reconciliation": f"{REVIEW}2024/reconciliation/",
    "search everything": "/search/?q=kad%C4%B1n+say%C4%B1s%C4%B1",
    "help": "/help/#word-score",
    "missing": "/no-such-page/",
    "login": "/accounts/login/",
}
# The same plan once its year is published, in two editions, as everybody reads it.
PUBLIC = "/public/mersin-2024-2026/2024/"
PUBLIC_PAGES = {
    "published years": "/public/",
    "words": "/public/help/",
    "published year": PUBLIC,
    "published year in English": f"{PUBLIC}?lang=en",
    "search": f"{PUBLIC}?q=kad%C4%B1n",
    "published unit": f"{PUBLIC}departments/7/",
    "published branches": f"{PUBLIC}departments/11/",
    "published objective": f"{PUBLIC}objectives/4/",
    "editions": f"{PUBLIC}editions/",
    "first edition": f"{PUBLIC}editions/1/",
    "second edition": f"{PUBLIC}editions/2/",
}
