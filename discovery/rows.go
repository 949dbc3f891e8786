package discovery

import "vitals2mqtt/sensors"

// The keys of the bridge's own components.
const (
	keyBridgeState = "bridge_state"
	keyRequests    = "api_requests_minute"
	keyRefresh     = "refresh_all"
	keyProblem     = "problem"
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
func bridgeRows() []sensors.Sensor {
	return append(catalogueRows(keyBridgeState, keyRequests, keyRefresh), sensors.Sensor{
		Key:            keyProblem, // no value of its own: bridge/health has it
		Name:           "Problem",
		Platform:       "binary_sensor",
		DeviceClass:    "problem",
		EntityCategory: "diagnostic",
		Enabled:        true,
	})
}

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
