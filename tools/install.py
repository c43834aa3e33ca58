"""Make .venv and install packages into it; says what is coming before it starts, and plainly what is missing.

Keeps to what every Python from 3.6 on understands: finding out that it is the wrong one is part of the work.
"""

import argparse
import importlib.util
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
ROOT = Path(__file__).resolve().parent.parent
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"
FULL_GB, CPU_GB = 10, 3  # free disk space that an installation needs, downloads included


def check_python() -> None:
    """Stop when this Python is too old, too new, or has no venv module."""
    version = ".".join(map(str, sys.version_info[:2]))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"The course needs Python 3.11 to 3.14, but {sys.executable} is {version}. "
            "Name another one: make run PYTHON=python3.12"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "Python's venv module is missing. On Debian or Ubuntu: "
            f"sudo apt-get install python{version}-venv, then the same make again."
        )


def announce(cpu_only: bool) -> None:
    """Say how much comes, and stop when it does not fit."""
    if cpu_only:
        print("Installing into .venv: about 0.5 GB to download, 1.5 GB on disk (PyTorch without CUDA).")
    else:
        print("Installing into .venv: about 3 GB to download, 6 GB on disk, nearly all of it PyTorch with CUDA.")
        print("Without a graphics card much less will do: see “Without CUDA” in README.md. Ctrl-C stops.")
    needed, free = (CPU_GB if cpu_only else FULL_GB), shutil.disk_usage(str(ROOT)).free / 1e9
    if free < needed:
        sys.exit(f"Only {free:.1f} GB of the disk are free here, and the installation needs {needed} GB for a while.")
    sys.stdout.flush()


def pip_install(*arguments: str) -> None:
    """Install into .venv."""
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    subprocess.run([*command, *arguments], check=True)


def make_findable() -> None:
    """Let .venv find the package from every folder, and give it the command genmodels."""
    ask = [str(VENV_PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    (packages / "genmodels-course.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV_PYTHON.with_name("genmodels")
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(VENV_PYTHON))} -m genmodels "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requirements", help="file with the packages to install")
    parser.add_argument("--torch-index", default="", help="package index to take torch and torchvision from")
    arguments = parser.parse_args()
    requirements = ROOT / arguments.requirements
    check_python()
    if not (ROOT / ".venv" / ".installed").exists():
        announce(cpu_only=bool(arguments.torch_index))
    if not VENV_PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ROOT / ".venv")], check=True)
    if arguments.torch_index:
        lines = requirements.read_text(encoding="utf-8").splitlines()
        pip_install("--index-url", arguments.torch_index, *[line for line in lines if line.startswith("torch")])
    pip_install("-r", str(requirements))
    make_findable()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError:
        sys.exit("The installation stopped (see above); the same make again takes it up where it stopped.")
    except KeyboardInterrupt:
        sys.exit("\nStopped; the same make again takes it up where it stopped.")
