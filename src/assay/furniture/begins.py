"""Lookups for both databases: `begins` and `shaped`, texts of a beginning or shape, `among`, one of many keys."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.lookups import Lookup

_LAST = "\U0010ffff"


@models.CharField.register_lookup
class Begins(Lookup):
    """PostgreSQL uses its index for LIKE of a literal; SQLite only for a range."""

    lookup_name = "begins"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """As a range of the bytes."""
        column, held = self.process_lhs(compiler, connection)
        begin = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", [*held, begin, *held, begin + _LAST]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """As LIKE: a field that is unique, or sorted by its bytes, has the index for it."""
        column, held = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*held, connection.ops.prep_for_like_query(self.rhs) + "%"]


@models.CharField.register_lookup
class Shaped(Lookup):
    """Letters and digits with * for any signs between and ? for one: told without an expression's cost."""

    lookup_name = "shaped"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """As GLOB, which knows small letters from large ones."""
        column, held = self.process_lhs(compiler, connection)
        return f"{column} GLOB %s", [*held, str(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """As LIKE."""
        column, held = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*held, str(self.rhs).replace("*", "%").replace("?", "_")]


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(Lookup):
    """One of many keys, which go as one parameter: naming thousands one by one costs more than to look."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Out of a list in JSON."""
        column, held = self._sought(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*held, json.dumps(list(self.rhs))]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Out of an array of the type of keys, which alone is hashed."""
        column, held = self._sought(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*held, list(self.rhs)]

    def _sought(self, compiler: Any, connection: Any) -> Any:
        """The column; of no keys nothing is asked."""
        if not self.rhs:
            raise EmptyResultSet
        return self.process_lhs(compiler, connection)


class BytewiseField(models.CharField):  # type: ignore[type-arg]
    """A text that is compared and sorted by its bytes, whatever language the database speaks."""

    def db_parameters(self, connection: Any) -> Any:
        """With the collation of PostgreSQL that does so; SQLite compares bytes anyway."""
        held = super().db_parameters(connection)
        return {**held, "collation": "C"} if connection.vendor == "postgresql" else held
