// SPDX-License-Identifier: MIT

package discovery

import "vitals2mqtt/sensors"

// The keys of the bridge's own components.
const (
	keyBridgeState = "bridge_state"
	keyRequests    = "api_requests_minute"
	keyRefresh     = "refresh_all"
	keyProblem     = "problem"
	keyStatistics  = "import_statistics"
	keyUpdate      = "update"
)

// profileRows are the rows that every profile has, with or without
// measurements.
func profileRows(p Profile) []sensors.Sensor {
	keys := []string{"measurement", "authorization", "sync_problem", "last_sync", "held_back", "refresh"}
	if p.Push {
		keys = append(keys, "push")
	}
	rows := catalogueRows(keys...)
	if p.StatisticsButton {
		rows = append(rows, sensors.Sensor{
			Key:            keyStatistics, // no value, and only beside a known Home Assistant
			Name:           "Import history into statistics",
			Platform:       "button",
			Icon:           "mdi:chart-line",
			EntityCategory: "diagnostic",
			Enabled:        true,
		})
	}
	return rows
}

// The keys of pictures.
const (
	KeyNightImage = "night_image"
	KeyECGImage   = "ecg_image"
)

// ImageKeys returns the keys of all pictures that a profile can have.
func ImageKeys() []string { return []string{KeyNightImage, KeyECGImage} }

// imageRow is the row of a picture.
func imageRow(key string) sensors.Sensor {
	row := sensors.Sensor{Key: key, Platform: "image", Enabled: true}
	switch key {
	case KeyNightImage:
		row.Name, row.Icon = "Hypnogram", "mdi:sleep"
	case KeyECGImage:
		row.Name, row.Icon = "ECG", "mdi:heart-flash"
	}
	return row
}

// bridgeRows are the rows of the bridge itself.
func bridgeRows(s Site) []sensors.Sensor {
	rows := append(catalogueRows(keyBridgeState, keyRequests, keyRefresh), sensors.Sensor{
		Key:            keyProblem, // no value of its own: bridge/health has it
		Name:           "Problem",
		Platform:       "binary_sensor",
		DeviceClass:    "problem",
		EntityCategory: "diagnostic",
		Enabled:        true,
	})
	if s.ReleaseCheck {
		rows = append(rows, sensors.Sensor{
			Key:            keyUpdate, // no value of its own: bridge/info has it
			Name:           "Update",
			Platform:       "update",
			EntityCategory: "diagnostic",
			Enabled:        true,
		})
	}
	return rows
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
