"""All that a server needs: ``app``."""

from inspection.factory import create_app

app = create_app()
