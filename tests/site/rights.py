"""Who may open what, written down a second time: address name -> roles. Each room adds its lines."""

STAFF = "salesperson manager finance clerk hr director"
ALL = f"{STAFF} agent admin"
ANYBODY = f"{ALL} nobody"

RIGHTS = {
    "healthz": ANYBODY,
    "language": ANYBODY,
    "theme": ANYBODY,
    "sign_in": ANYBODY,
    "sign_in_code": ANYBODY,
    "sign_out": ANYBODY,
    "home": ALL,
    "me": ALL,
    "password": ALL,
    "codes": ALL,
    "codes_off": ALL,
    "access_log": "director admin",
    # people
    "people:employees": "manager finance hr director admin",
    "people:employee": "manager finance hr director admin",
    "people:hire": "hr",
    "people:change": "hr",
    "people:move": "hr",
    "people:further_post": "hr",
    "people:wage": "hr",
    "people:end": "hr",
}
