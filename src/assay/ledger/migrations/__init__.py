"""Steps of the tables of the ledger."""
