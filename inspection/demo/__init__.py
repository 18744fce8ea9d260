"""A believable week for whoever wants to look around (演示数据): made by the same services as real use, once."""

from inspection.demo.cast import BY
from inspection.demo.week import SignIn, build, empty, sign_ins

__all__ = ["BY", "SignIn", "build", "empty", "sign_ins"]
