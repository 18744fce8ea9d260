"""Lessons that an inspector passes before a first mystery check (培训)."""
