# SPDX-License-Identifier: MIT
"""A bridge between the Withings API and MQTT, as one would write it: polls with aiowithings, publishes with paho-mqtt.

It asks for what vitals2mqtt asks for with every key, at the same intervals, over one session that is
kept, with orjson as its parser like Home Assistant; it publishes each value that has changed, retained.
Usage: bridge.py CLOUD BROKER_PORT PROFILE SECONDS, the access token in the environment variable TOKEN.
"""

import asyncio
import dataclasses
import os
import sys
import time
from datetime import datetime, timedelta, timezone

import aiohttp
import aiowithings.withings
import orjson
import paho.mqtt.client as mqtt
from aiowithings import (
    ActivityDataFields,
    SleepSummaryDataFields,
    WithingsClient,
    WorkoutDataFields,
    aggregate_measurements,
)
from yarl import URL

CLOUD, PORT, PROFILE, SECONDS = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
NIGHT, DAY, WORKOUT = list(SleepSummaryDataFields), list(ActivityDataFields), list(WorkoutDataFields)
QUARTER, HOUR = 900, 3600
INTRADAY = (
    "steps,elevation,calories,distance,stroke,pool_lap,duration,heart_rate,spo2_auto,rmssd,sdnn1,"
    "hrv_quality,core_body_temperature,rr,chest_movement_rate"
)


class Cloud:
    """Stands in for yarl's URL where aiowithings builds the address of the cloud."""

    build = staticmethod(lambda **_: URL(CLOUD))


class Response(aiohttp.ClientResponse):
    """Parses JSON with orjson, as in Home Assistant."""

    async def json(self, **_):
        """Return the parsed body."""
        return orjson.loads(await self.read())


class Bridge:
    """Polls one profile and publishes what has changed."""

    def __init__(self, client, broker):
        self.client, self.broker = client, broker
        self.since = datetime.now(timezone.utc) - timedelta(days=365)
        self.asked, self.published = {}, {}

    def publish(self, group, values):
        """Publish the values of a mapping that are not what they were."""
        for name, value in values.items():
            topic = f"{PROFILE}/{group}/{name}"
            if value is not None and self.published.get(topic) != value:
                self.published[topic] = value
                self.broker.publish(topic, str(value), qos=1, retain=True)

    def due(self, name, interval):
        """Tell whether what is asked for less often than each poll is due."""
        if (now := time.monotonic()) - self.asked.get(name, -HOUR) < interval:
            return False
        self.asked[name] = now
        return True

    async def poll(self):
        """Ask for everything once."""
        client, now = self.client, datetime.now(timezone.utc)
        newest = aggregate_measurements(await client.get_measurement_since(self.since))
        self.publish("measures", {f"{kind.name}_{place}": value for (kind, place), value in newest.items()})
        for night in (await client.get_sleep_summary_since(self.since, NIGHT))[-1:]:
            self.publish("night", dataclasses.asdict(night))
        for stage in (await client.get_sleep(now - timedelta(hours=6), now))[-1:]:
            self.publish("stage", {"state": stage.state.name, "until": stage.end_date})
        for day in (await client.get_activities_in_period((now - timedelta(days=1)).date(), now.date(), DAY))[-1:]:
            self.publish("day", dataclasses.asdict(day))
        hours = {"startdate": int(now.timestamp()) - 6 * HOUR, "enddate": int(now.timestamp())}
        slots = (await self.ask("v2/measure", "getintradayactivity", data_fields=INTRADAY, **hours))["series"] or {}
        for at in sorted(slots)[-1:]:
            self.publish("slot", {"at": at, **slots[at]})
        for workout in (await client.get_workouts_since(self.since, WORKOUT))[-1:]:
            self.publish("workout", dataclasses.asdict(workout))
        if self.due("heart", QUARTER):
            for record in (await self.ask("v2/heart", "list"))["series"][:1]:
                self.publish("heart", record.get("ecg", {}))
        if self.due("devices", HOUR):
            for device in await client.get_devices():
                self.publish(device.hashed_device_id, dataclasses.asdict(device))
            self.publish("goals", dataclasses.asdict(await client.get_goals()))
        self.since = now

    async def ask(self, service, action, **form):
        """Make a request that aiowithings has no call for."""
        return await self.client._request(service, data={"action": action, **form})


async def main():
    """Poll until the process is ended."""
    aiowithings.withings.URL = Cloud
    broker = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    broker.connect("127.0.0.1", PORT)
    broker.loop_start()
    async with aiohttp.ClientSession(response_class=Response) as session:
        client = WithingsClient(session=session)
        client.authenticate(os.environ["TOKEN"])
        bridge, due = Bridge(client, broker), time.monotonic()
        while True:
            await bridge.poll()
            due += SECONDS
            await asyncio.sleep(max(0, due - time.monotonic()))


asyncio.run(main())
