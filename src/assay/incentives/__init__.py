"""Owed: plan versions, runs of a month, statements, their close, disputes, payroll."""
