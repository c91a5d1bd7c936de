"""Customers: whom the department sells to: archive, contacts, visits, tiers, pool, churn, agents' prospects."""
