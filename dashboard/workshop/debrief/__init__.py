"""What people leave with: the report of a room, and a sheet for each of its tables."""

from dashboard.workshop.debrief.material import Debrief, Neighbour
from dashboard.workshop.debrief.report import report
from dashboard.workshop.debrief.sheet import sheet, sheets

__all__ = ["Debrief", "Neighbour", "report", "sheet", "sheets"]
