"""Alerts as messages, and the routes on which they reach people: a webhook and mail."""

from publish.alerts.message import AlertMessage, alert_message, trial_message
from publish.alerts.route import Route

__all__ = ["AlertMessage", "Route", "alert_message", "trial_message"]
