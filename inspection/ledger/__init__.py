"""The ledger (台账): every ticket in rows and columns, on the screen, in files, and taken over from an old one."""
