"""Small on the way: the shell, static files and maps travel compressed.

Never a page or an answer with a token or a name in it: whoever can have text of theirs put beside a secret learns the
secret from the compressed length (BREACH). So compression is asked for view by view.
"""

from flask import Flask, Response
from flask_compress import Compress

TYPES = [
    "application/geo+json",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
]

compressor = Compress()


def ready(app: Flask) -> None:
    """Attach; of the application's own views only the static files' is compressed here."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=TYPES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        COMPRESS_BR_LEVEL=6,
        COMPRESS_MIN_SIZE=500,
    )
    compressor.init_app(app)

    def static(filename: str) -> Response:
        """The file read whole and closed: one that is compressed as it streams is left open."""
        response = app.send_static_file(filename)
        response.direct_passthrough = False
        response.make_sequence()
        return response

    app.view_functions["static"] = compressor.compressed()(static)
