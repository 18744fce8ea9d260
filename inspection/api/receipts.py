"""``/receipt-key``: what anyone needs to check a receipt."""

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api.schemas import ReceiptKeyOut
from inspection.web.requires import public
from inspection.web.tools import tools

blueprint = Blueprint("api_receipts", __name__, description="Checking receipts")


@blueprint.get("/receipt-key")
@public
@blueprint.response(200, ReceiptKeyOut)
def receipt_key() -> ResponseReturnValue:
    """The public key that receipts are signed with."""
    return {"algorithm": "Ed25519", "key": tools().signer.public_key}
