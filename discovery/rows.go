package discovery

import "vitals2mqtt/sensors"

// The keys of the bridge's own components.
const (
	keyBridgeState = "bridge_state"
	keyRequests    = "api_requests_minute"
	keyRefresh     = "refresh_all"
)

// profileRows are the rows that every profile has, with or without
// measurements.
func profileRows(push bool) []sensors.Sensor {
	keys := []string{"measurement", "authorization", "sync_problem", "last_sync", "held_back", "refresh"}
	if push {
		keys = append(keys, "push")
	}
	return catalogueRows(keys...)
}

// bridgeRows are the rows of the bridge itself.
func bridgeRows() []sensors.Sensor { return catalogueRows(keyBridgeState, keyRequests, keyRefresh) }

// catalogueRows looks up rows. The goldens show that none is missing.
func catalogueRows(keys ...string) []sensors.Sensor {
	found := make([]sensors.Sensor, 0, len(keys))
	for _, key := range keys {
		if row, ok := sensors.Lookup(key); ok {
			found = append(found, row)
		}
	}
	return found
}
