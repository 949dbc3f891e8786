# SPDX-License-Identifier: MIT
"""Decodes responses with aiowithings, and takes the values from them as Home Assistant does.

A response comes from memory instead of a socket; everything else is the client's own code. Home
Assistant's session has orjson as its JSON parser, and so has this one. It reads one task a line
from standard input, "KIND REPEATS PATH", and answers each with the CPU seconds of all repeats.
"""

import asyncio
import datetime
import sys
import time

import orjson
from aiowithings import (
    SleepDataFields,
    SleepSummaryDataFields,
    WithingsClient,
    aggregate_measurements,
)

BEGIN = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
END = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)


class Response:
    """A response that was read already."""

    headers = {"Content-Type": "application/json"}

    def __init__(self, body):
        self.body = body

    async def json(self):
        """Parse as aiohttp does, with the parser of Home Assistant."""
        return orjson.loads(self.body.strip().decode("utf-8"))


class Session:
    """Stands in for aiohttp's session and responds at once."""

    def __init__(self, body):
        self.body = body

    async def request(self, *_, **__):
        """Return the response."""
        return Response(self.body)


async def measures(client):
    """The newest value of each type."""
    return aggregate_measurements(await client.get_measurement_in_period(BEGIN, END))


async def nights(client):
    """The night that ended last."""
    response = await client.get_sleep_summary_since(BEGIN, list(SleepSummaryDataFields))
    return sorted(response, key=lambda night: night.end_date, reverse=True)[0]


async def days(client):
    """The activity of today, here the first day of the response."""
    response = await client.get_activities_in_period(BEGIN.date(), END.date())
    today = response[0].date
    for activity in response:
        if activity.date == today:
            return activity
    return None


async def series(client):
    """The stages of a night with their series; Home Assistant itself does not fetch them."""
    return await client.get_sleep(BEGIN, END, list(SleepDataFields))


KINDS = {"measures": measures, "nights": nights, "days": days, "series": series}


async def main():
    """Do what standard input says until it ends."""
    for line in sys.stdin:
        kind, repeats, path = line.rstrip("\n").split(" ", 2)
        with open(path, "rb") as file:
            client = WithingsClient(session=Session(file.read()))
        client.authenticate("token")
        begin = time.process_time()
        for _ in range(int(repeats)):
            if not await KINDS[kind](client):
                sys.exit(f"nothing in {path}")
        print(time.process_time() - begin, flush=True)


asyncio.run(main())
