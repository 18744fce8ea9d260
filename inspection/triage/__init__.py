"""Triage (分拣): from a received report to a ticket, or to a reasoned no."""
