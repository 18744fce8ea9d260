"""Says in words what this machine lacks, before something fails in a less friendly way: ``machine.py python|node``.

Runs on the Python that is there, which may be an old one.
"""

import importlib.util
import re
import subprocess
import sys

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


def check_python() -> None:
    """Python is new enough and can make environments."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"需要 Python ≥ 3.11，这里的 {sys.executable} 是 {found}。\n"
            "有更新的就指给它，例如：make run PYTHON=python3.12\n"
            f"Python 3.11 or newer is needed; {sys.executable} is {found}. Point to one: make run PYTHON=python3.12"
        )
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(
            "这个 Python 不能建虚拟环境。Debian、Ubuntu：apt-get install python3-venv\n"
            "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"
        )


def check_node(node: str) -> None:
    """Node is there and new enough."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"找不到 Node（{node}）：需要 20 或更新。\nNo Node here ({node}): version 20 or newer is needed.")
    if int(re.sub(r"\D.*", "", said.lstrip("v"), flags=re.DOTALL) or 0) < OLDEST_NODE:
        sys.exit(f"需要 Node ≥ 20，这里是 {said.strip()}。\nNode 20 or newer is needed; this is {said.strip()}.")


if __name__ == "__main__":
    check_python() if sys.argv[1] == "python" else check_node(sys.argv[2])
