"""The rectification ticket: its states and moves, its deadlines, and what people do to it (整改工单)."""
