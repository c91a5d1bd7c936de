"""Tables of people."""

from assay.people.models.company import Company, Department, Shop
from assay.people.models.login import User
from assay.people.models.partners import Agent
from assay.people.models.presence import Attendance, Training, TrainingSeat
from assay.people.models.staff import Assignment, Employee, Wage

__all__ = [
    "Agent",
    "Assignment",
    "Attendance",
    "Company",
    "Department",
    "Employee",
    "Shop",
    "Training",
    "TrainingSeat",
    "User",
    "Wage",
]
