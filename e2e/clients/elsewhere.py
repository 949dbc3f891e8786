# SPDX-License-Identifier: MIT
"""Starts the command of another client for the cloud at another address.

    python elsewhere.py API DISTRIBUTION COMMAND [ARGUMENT ...]

Nothing of the client is changed but where it finds the cloud: in every
constant of its modules and classes, the vendor's two addresses become API. The
variable CONSTANTS, a JSON object, replaces others by name: where it listens.
"""

import importlib
import inspect
import json
import os
import pkgutil
import sys
from importlib.metadata import distribution

VENDOR = ("https://wbsapi.withings.net", "https://account.withings.com", "http://account.withings.com")


def modules(name):
    """Import a package and everything in it but its __main__, which would start it."""
    package = importlib.import_module(name)
    inner = pkgutil.walk_packages(package.__path__, name + ".")
    return [package, *(importlib.import_module(m.name) for m in inner if not m.name.endswith(".__main__"))]


def move(name, api):
    """Replace the vendor's addresses in the constants of a package, and return how many."""
    count = 0
    others = json.loads(os.environ.get("CONSTANTS", "{}"))
    for module in modules(name):
        classes = [kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == module.__name__]
        for holder in [module, *classes]:
            for constant, value in list(vars(holder).items()):
                if constant in others:
                    setattr(holder, constant, others[constant])
                for address in VENDOR:
                    if isinstance(value, str) and value.startswith(address):
                        setattr(holder, constant, api + value[len(address) :])
                        count += 1
    return count


def main():
    """Run the command as its own script would."""
    api, name, command, *arguments = sys.argv[1:]
    script = next(s for s in distribution(name).entry_points if s.group == "console_scripts" and s.name == command)
    sys.argv = [command, *arguments]  # before the import: one of them reads it then
    if not move(script.module.partition(".")[0], api.rstrip("/")):
        sys.exit(f"{name} has none of the addresses that were to be replaced")
    sys.exit(script.load()())


if __name__ == "__main__":
    main()
