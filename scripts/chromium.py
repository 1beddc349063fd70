"""Makes sure that there is a Chromium for the browser tests and the screenshots; as root on Debian it installs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def path() -> str | None:
    """The browser to drive: CHROMIUM, or the first one on PATH."""
    return os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


def main() -> int:
    if path():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium ...", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=env)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"]
        done = subprocess.run(install, env=env, capture_output=True, text=True, check=False)
        if done.returncode == 0 and path():
            return 0
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    print("Chromium is needed: `apt-get install chromium` as root, or CHROMIUM=/path/to/it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
