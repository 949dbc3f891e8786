# SPDX-License-Identifier: MIT
"""Makes calls with aiowithings, the version that is installed from PyPI.

Nothing of aiowithings is changed but where it finds the cloud: the URL that it
builds for https://wbsapi.withings.net becomes the one on the command line. It
reads JSON from standard input, {"token": ..., "asks": [{"call", "args"}]}, and
writes one object: "answers" with the values or the error of each ask, "logged"
with what the client logged, "calls" with every call that it has, "enums" with
the members of its enumerations.
"""

import asyncio
import dataclasses
import datetime
import enum
import inspect
import json
import logging
import sys

import aiowithings
import aiowithings.withings
from yarl import URL


class Elsewhere:
    """Stands in for yarl's URL where aiowithings builds the cloud's address."""

    @staticmethod
    def build(**_):
        """Return the address of the cloud that is asked instead."""
        return URL(sys.argv[1])


class Listener(logging.Handler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.logged = []

    def emit(self, record):
        """Keep one message."""
        self.logged.append(record.getMessage())


def plain(value):
    """Turn what aiowithings parsed into JSON: times are unix seconds, enums their numbers or words."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return int(value.timestamp())
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return [{"key": plain(key), "value": plain(item)} for key, item in value.items()]
    return value


def argument(value):
    """Turn a JSON argument into what the client wants.

    {"at": 1700000000} is a moment, {"day": "2026-01-02"} a date, {"one": ["Enum", "NAME"]} a
    member, {"all": "Enum"} a list of all members, {"types": "NAME"} what aiowithings fetches after
    a notification of that category.
    """
    if isinstance(value, list):
        return [argument(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "at":
        return datetime.datetime.fromtimestamp(inner, tz=datetime.timezone.utc)
    if kind == "day":
        return datetime.date.fromisoformat(inner)
    if kind == "one":
        return getattr(aiowithings, inner[0])[inner[1]]
    if kind == "types":
        category = aiowithings.NotificationCategory[inner]
        return aiowithings.get_measurement_type_from_notification_category(category)
    return list(getattr(aiowithings, inner))


def webhook(form):
    """Read a notification, a form whose values are lists of texts, as aiowithings does."""
    return aiowithings.WebhookCall.from_api({name: int(values[0]) for name, values in form.items()})


async def ask(client, asked):
    """Make one call; "webhook" is not one, but what aiowithings has for those that come in."""
    if asked["call"] == "webhook":
        return {"value": plain(webhook(*asked["args"]))}
    arguments = [argument(value) for value in asked.get("args") or []]
    try:
        return {"value": plain(await getattr(client, asked["call"])(*arguments))}
    except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
        return {"error": f"{type(error).__name__}: {error}"}


async def main():
    """Make all calls, one after the other."""
    listener = Listener()
    logging.getLogger("aiowithings").addHandler(listener)
    logging.getLogger("aiowithings").propagate = False
    aiowithings.withings.URL = Elsewhere
    request = json.load(sys.stdin)
    calls = [
        name
        for name, _ in inspect.getmembers(aiowithings.WithingsClient, inspect.iscoroutinefunction)
        if not name.startswith("_")
    ]
    async with aiowithings.WithingsClient() as client:
        client.authenticate(request["token"])
        answers = [await ask(client, asked) for asked in request["asks"]]
    enums = {
        name: [member.value for member in kind]
        for name, kind in inspect.getmembers(aiowithings, inspect.isclass)
        if issubclass(kind, enum.Enum)
    }
    json.dump({"answers": answers, "logged": listener.logged, "calls": calls, "enums": enums}, sys.stdout)


asyncio.run(main())
