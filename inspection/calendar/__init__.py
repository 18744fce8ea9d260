"""The working calendar as an administrator edits it (节假日安排)."""
