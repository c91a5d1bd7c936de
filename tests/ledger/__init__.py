"""The books, through post(), the database and its audit."""
