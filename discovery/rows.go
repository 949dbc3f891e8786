package discovery

import "vitals2mqtt/sensors"

// The keys of the bridge's own components.
const (
	keyState    = "bridge_state"
	keyRequests = "api_requests_minute"
	keyRefresh  = "refresh_all"
)

// personRows are what every person has, measured or not.
func personRows(push bool) []sensors.Sensor {
	keys := []string{"measurement", "authorization", "sync_problem", "last_sync", "held_back", "refresh"}
	if push {
		keys = append(keys, "push")
	}
	return rows(keys...)
}

// bridgeRows are what the bridge itself shows.
func bridgeRows() []sensors.Sensor { return rows(keyState, keyRequests, keyRefresh) }

// rows takes rows out of the catalogue; the goldens hold that none is missing.
func rows(keys ...string) []sensors.Sensor {
	found := make([]sensors.Sensor, 0, len(keys))
	for _, key := range keys {
		if row, ok := sensors.Lookup(key); ok {
			found = append(found, row)
		}
	}
	return found
}
