# SPDX-License-Identifier: MIT
"""Makes calls with withings-api, whose constants are moved by elsewhere.py.

    python ask_withings_api.py API CLIENT_ID CLIENT_SECRET CALLBACK

It prints the link to the consent page, and reads from standard input the URL
that the page leads to, then lines of JSON, {"call", "args"}: each is answered
by a line, {"value"} or {"error"}, beside "logged" with what the client logged.
"""

import datetime
import enum
import json
import logging
import os
import sys
from urllib.parse import parse_qs, urlparse

import elsewhere

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the simulated cloud is http://
api_url, client_id, client_secret, callback = sys.argv[1:]
if not elsewhere.move("withings_api", api_url):
    sys.exit("withings_api has none of the addresses that were to be replaced")

import withings_api  # noqa: E402 - after its constants were replaced
from withings_api import common  # noqa: E402
from arrow import Arrow  # noqa: E402


def plain(value):
    """Turn what the library parsed into JSON: times are unix seconds, enums their numbers or words."""
    if isinstance(value, common.BaseModel):
        return {name: plain(getattr(value, name)) for name in value.__fields__}
    if isinstance(value, Arrow):
        return value.int_timestamp
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.tzinfo):
        return repr(value).split("'")[1].split("zoneinfo/")[-1]
    if isinstance(value, tuple):
        if value and isinstance(value[0], common.SleepGetTimestampValue):
            return {str(item.timestamp.int_timestamp): item.value for item in value}
        return [plain(item) for item in value]
    return value


def argument(value):
    """{"one": ["Enum", "NAME"]} is a member, {"all": "Enum"} a list of all; else as it is."""
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    return getattr(common, inner[0])[inner[1]] if kind == "one" else list(getattr(common, inner))


def measures(client, **period):
    """What the library itself makes of measurements: the value of each type in its newest unambiguous group."""
    answer = client.measure_get_meas(lastupdate=None, **period)
    found = {}
    for kind in common.MeasureType:
        groups = common.query_measure_groups(answer, kind, common.MeasureGroupAttribs.UNAMBIGUOUS)
        groups = sorted((g for g in groups if g.measures), key=lambda g: g.date)
        if groups:
            found[str(kind.value)] = {
                "value": common.get_measure_value(groups[-1], kind),
                "at": groups[-1].date.int_timestamp,
                "group": groups[-1].grpid,
            }
    return found


class Listener(logging.Handler):
    """Keeps what is logged, each message once."""

    def __init__(self):
        super().__init__()
        self.logged = []

    def emit(self, record):
        """Keep one message."""
        if record.getMessage() not in self.logged:
            self.logged.append(record.getMessage())


def main():
    """Sign in and answer."""
    saved, listener = [], Listener()
    logging.getLogger("python_withings_api").addHandler(listener)
    logging.getLogger("python_withings_api").propagate = False
    auth = withings_api.WithingsAuth(client_id, client_secret, callback, scope=list(common.AuthScope))
    print(auth.get_authorize_url(), flush=True)
    code = parse_qs(urlparse(sys.stdin.readline().strip()).query)["code"][0]
    client = withings_api.WithingsApi(auth.get_credentials(code), refresh_cb=saved.append)
    for line in sys.stdin:
        asked = json.loads(line)
        arguments = {name: argument(value) for name, value in (asked.get("args") or {}).items()}
        try:
            if asked["call"] == "refresh_token":
                client.refresh_token()
                answer = {"value": len(saved)}
            elif asked["call"] == "newest":
                answer = {"value": measures(client, **arguments)}
            else:
                answer = {"value": plain(getattr(client, asked["call"])(**arguments))}
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({**answer, "logged": listener.logged}), flush=True)


main()
