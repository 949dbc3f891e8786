// SPDX-License-Identifier: MIT

// Package discovery turns sensors into device discovery documents for Home
// Assistant, validates them, and recognizes which retained documents belong to
// this bridge. Its functions are pure.
//
// # What each component expects on its topic
//
// The publisher of the documents must publish on these topics:
//
//	a value, detail view    Tree.Detail    {"value": 81.35, …}; the whole object becomes the attributes
//	a value, bare view      Tree.Value     81.35
//	a value, snapshot view  Tree.Snapshot  {"weight_kg": 81.35, …}, one member per key
//	a total, detail view    Tree.Detail    {"value": 4211, "last_reset": "2026-09-03T00:00:00+02:00", …}
//	a binary_sensor         as a value     the value is the text ON or OFF
//	authorization           Tree.Diagnostic {"value": "ON"}: a sign-in is needed; "OFF": none is
//	sync_problem            Tree.Diagnostic {"value": "ON", …}: an endpoint fails; other members have the details
//	last_sync               Tree.Diagnostic {"value": "2026-09-03T06:00:00Z"}
//	held_back               Tree.Diagnostic {"value": 2}
//	measurement             Tree.Event     {"event_type": "weigh_in", "measured_at": …, …}, not retained
//	refresh                 Tree.Request   pressed: {"profile": "<slug>"} is sent to the bridge
//	night_image, ecg_image Tree.Image      an SVG document, retained
//	import_statistics       Tree.Request   pressed: {"profile": "<slug>"} is sent to the bridge
//	bridge_state            Tree.BridgeState  online or offline, as in all availability lists
//	api_requests_minute     Tree.BridgeHealth {"api_requests_minute": 3, …}
//	update                 Tree.BridgeInfo  {"version": "1.4.0", "latest_version": "1.5.0", "release_url": …}
//	refresh_all             Tree.Request   pressed: {} is sent to the bridge
//
// A document uses the first enabled view of detail, bare and snapshot. A null,
// a missing member and an empty message mean that there is no value; the entity
// is unknown then. The diagnostics are retained and do not depend on the views.
// Tree.Status must be published, retained, before or with the document of a
// profile; until then all its entities are unavailable.
package discovery
