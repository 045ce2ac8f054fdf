"""Make sure that a Chromium, its driver and a Chinese font are here for the browser tests.

On Debian as root they come from the distribution. Elsewhere Chromium is Playwright's own
download, and a missing font ends the run with one line that says what to install.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.browser import find_chromium

DEBIAN_PACKAGES = {"driver": "libatomic1", "browser": "chromium", "font": "fonts-noto-cjk"}


def has_driver() -> bool:
    """Say whether Playwright's own program starts; on a bare system it misses a library."""
    tried = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False)
    return tried.returncode == 0


def has_chinese_font() -> bool:
    """Say whether some installed font can draw Chinese."""
    if sys.platform in {"darwin", "win32"}:
        return True  # the system brings one
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh-cn", "file"], capture_output=True, check=False)
    return bool(found.stdout.strip())


def is_debian_root() -> bool:
    """Say whether we may install Debian's packages (Ubuntu's chromium is only a pointer to a snap)."""
    release = Path("/etc/os-release")
    is_debian = release.exists() and "\nID=debian" in "\n" + release.read_text()
    return is_debian and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_debian(missing: list[str]) -> None:
    """Install the distribution's packages for what is missing."""
    packages = [DEBIAN_PACKAGES[name] for name in missing]
    print(f"linli: installing {' '.join(packages)} with apt-get", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"linli: {' '.join(command)} failed: {done.stderr.strip()[-500:]}")


def install_elsewhere(missing: list[str]) -> None:
    """Download Playwright's Chromium; say what to do about the rest."""
    if "driver" in missing:
        sys.exit("linli: Playwright's driver does not start; install libatomic (Debian, Ubuntu: libatomic1)")
    if "font" in missing:
        sys.exit("linli: no Chinese font here; install one (Debian, Ubuntu: apt-get install fonts-noto-cjk)")
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        sys.exit("linli: no Chromium here; install one (Debian: apt-get install chromium)")


def missing_parts() -> list[str]:
    """Names of what is not here: driver, browser, font."""
    here = {"driver": has_driver(), "font": has_chinese_font()}
    here["browser"] = find_chromium(downloaded=here["driver"]) is not None
    return [name for name, found in here.items() if not found]


def main() -> None:
    """Install what is missing, and look again."""
    missing = missing_parts()
    if missing:
        install = install_debian if is_debian_root() else install_elsewhere
        install(missing)
        if still := missing_parts():
            sys.exit(f"linli: still missing after the installation: {', '.join(still)}")


if __name__ == "__main__":
    main()
