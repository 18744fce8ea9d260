"""How fast the desk is in a large city: ``make bench``."""
