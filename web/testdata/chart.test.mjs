// Tests of the pure parts of chart.js, for node --test. The module is loaded from
// its text, because without a package.json node takes a .js file for CommonJS.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../assets/chart.js", import.meta.url), "utf8");
const { clamp, limits, nearest, pan, placement, within, zoom } =
  await import("data:text/javascript," + encodeURIComponent(source));

const hour = 3600e3, now = Date.UTC(2026, 2, 1);

test("pan moves by a part of the length", () => {
  assert.deepEqual(pan({ from: 100, to: 200 }, 0.5), { from: 150, to: 250 });
  assert.deepEqual(pan({ from: 100, to: 200 }, -1), { from: 0, to: 100 });
});

test("zoom keeps the time at the place", () => {
  for (const place of [0, 0.25, 0.5, 1]) {
    for (const factor of [0.5, 1, 3]) {
      const range = zoom({ from: 1000, to: 2000 }, factor, place);
      assert.equal(range.to - range.from, 1000 * factor);
      assert.equal(range.from + place * (range.to - range.from), 1000 + place * 1000);
    }
  }
});

test("zooming in and out again leads back", () => {
  const range = zoom(zoom({ from: 1000, to: 2000 }, 0.8, 0.3), 1.25, 0.3);
  assert.ok(Math.abs(range.from - 1000) < 1e-6 && Math.abs(range.to - 2000) < 1e-6);
});

test("a range within the limits stays", () => {
  const range = { from: now - 5 * hour, to: now + hour };
  assert.deepEqual(clamp(range, now), range);
});

test("a range has a shortest and a longest length", () => {
  const short = clamp({ from: now - hour, to: now - hour + 1 }, now);
  assert.equal(short.to - short.from, limits.shortest);
  assert.ok(Math.abs((short.from + short.to) / 2 - (now - hour)) <= 1);
  const long = clamp({ from: -1e15, to: 1e15 }, now);
  assert.equal(long.to - long.from, limits.longest);
});

test("a range ends at most half its length ahead, and does not become shorter there", () => {
  const range = clamp({ from: now + 100 * hour, to: now + 110 * hour }, now);
  assert.deepEqual(range, { from: now - 5 * hour, to: now + 5 * hour });
});

test("a range does not begin before people measured", () => {
  const range = clamp({ from: limits.earliest - 10 * hour, to: limits.earliest - 5 * hour }, now);
  assert.deepEqual(range, { from: limits.earliest, to: limits.earliest + 5 * hour });
});

test("a picture is placed where its range lies in the shown one", () => {
  assert.deepEqual(placement({ from: 0, to: 100 }, { from: 0, to: 100 }), { shift: 0, scale: 1 });
  assert.deepEqual(placement({ from: 50, to: 100 }, { from: 0, to: 100 }), { shift: 500, scale: 0.5 });
  assert.deepEqual(placement({ from: 0, to: 100 }, { from: 50, to: 75 }), { shift: -2000, scale: 4 });
});

test("the nearest point is found", () => {
  const points = [{ at: 10 }, { at: 20 }, { at: 40 }];
  for (const [time, index] of [[-5, 0], [10, 0], [14, 0], [16, 1], [29, 1], [31, 2], [99, 2]]) {
    assert.equal(nearest(points, time), index, `${time}`);
  }
  assert.equal(nearest([{ at: 10 }], 99), 0);
  assert.equal(nearest([], 5), -1);
});

test("points within a range", () => {
  const points = [{ at: 10 }, { at: 20 }, { at: 40 }];
  assert.deepEqual(within(points, { from: 10, to: 20 }), [0, 1]);
  assert.deepEqual(within(points, { from: 15, to: 99 }), [1, 2]);
  const [first, last] = within(points, { from: 21, to: 39 });
  assert.ok(first > last);
});
