"""Notifications (提醒与通知): reads what happened out of the audit chain and tells whom it concerns."""
