"""All that a server needs: ``app``."""

from inspection.cli import telling_wrong_settings
from inspection.factory import create_app

with telling_wrong_settings():
    app = create_app()
