"""Serve the course: `streamlit run app.py`, after a look at whether its address is free."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPING = ["--server.fileWatcherType=auto", "--server.runOnSave=true"]


def check_free(host: str, port: int) -> None:
    """Stop with a plain sentence when the address cannot be listened on."""
    if not 1 <= port <= 65535:
        sys.exit(f"There is no port {port}; ports go from 1 to 65535. Try: make run PORT=8501")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself will
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is taken by another program. Choose another: make run PORT={port % 65535 + 1}")
        if error.errno == errno.EACCES:
            sys.exit(f"Port {port} is reserved for the system. Choose one above 1023: make run PORT=8501")
        sys.exit(f"{host} is no address of this machine. Try: make run HOST=127.0.0.1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--dev", action="store_true", help="take over files as they are edited")
    arguments = parser.parse_args()
    check_free(arguments.host, arguments.port)
    address = [f"--server.address={arguments.host}", f"--server.port={arguments.port}"]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *address]
    os.execv(sys.executable, [*command, *(DEVELOPING if arguments.dev else [])])


if __name__ == "__main__":
    main()
