"""Logins of the demo: printed by the command, made with the database, refused by a real server."""

PASSWORD = "chengse-demo"
LOGINS = (
    ("salesperson", "s04"), ("manager", "m01"), ("finance", "f01"), ("clerk", "c01"),
    ("hr", "h01"), ("agent", "a01"), ("director", "d01"), ("general", "z01"),
    ("admin", "admin"),
)  # fmt: skip
