// Package discovery turns sensors into Home Assistant's whole-device discovery
// documents, checks them before anybody publishes them, and says which retained
// document is ours. It publishes nothing and reads nothing but its arguments.
//
// # What each component expects on its topic
//
// The documents are one half of a contract; whoever publishes keeps the other:
//
//	a value, detail view    Tree.Detail    {"value": 81.35, …}; the whole object becomes the attributes
//	a value, bare view      Tree.Value     81.35
//	a value, snapshot view  Tree.Snapshot  {"weight_kg": 81.35, …}, one member per key
//	a total, detail view    Tree.Detail    {"value": 4211, "last_reset": "2026-09-03T00:00:00+02:00", …}
//	a binary_sensor         as a value     the value is the text ON or OFF
//	authorization           Tree.Diagnostic {"value": "ON"}: somebody must sign in; "OFF": all is well
//	sync_problem            Tree.Diagnostic {"value": "ON", …}: an endpoint fails; the members say which and why
//	last_sync               Tree.Diagnostic {"value": "2026-09-03T06:00:00Z"}
//	held_back               Tree.Diagnostic {"value": 2}
//	measurement             Tree.Event     {"event_type": "weigh_in", "measured_at": …, …}, not retained
//	refresh                 Tree.Request   pressed: {"profile": "<slug>"} is sent to the bridge
//	bridge_state            Tree.BridgeState  online or offline, as in all availability lists
//	api_requests_minute     Tree.BridgeHealth {"api_requests_minute": 3, …}
//	refresh_all             Tree.Request   pressed: {} is sent to the bridge
//
// Of the views that are switched on, the first of detail, bare and snapshot is
// the one a document reads. "No value any more" is a null, a missing member or
// an empty message, and shows as unknown. The diagnostics are retained and
// published whatever the views are. Tree.Status must be published retained
// before or with a person's document, or all of it stays unavailable.
package discovery
