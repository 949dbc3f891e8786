// SPDX-License-Identifier: MIT

package discovery

import (
	"cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// Device is a scale, watch or mat.
type Device struct {
	sensors.Device

	// Name is unique among the devices of one model.
	Name string
	// Sensors are the rows to show: those that one of its owners has configured,
	// and that have a value.
	Sensors []sensors.Sensor
}

// DeviceID returns the id of the document of a scale, watch or mat.
func DeviceID(id string) string { return programName + "_device_" + id }

// DeviceDocument returns the document of a scale, watch or mat. Its
// availability depends on the bridge alone: a battery level stays valid while a
// profile needs to sign in.
func DeviceDocument(s Site, t Device) Document {
	id := DeviceID(t.ID)
	components := map[string]object{}
	for _, row := range t.Sensors {
		c := s.newComponent(id, deviceStem(t), row)
		switch {
		case s.Views.Detail:
			setDetailTopics(c, s.Tree.DeviceDetail(t.ID, row.Key))
		case s.Views.Bare:
			c["state_topic"], c["value_template"] = s.Tree.DeviceValue(t.ID, row.Key), bareTemplate
		default:
			continue // devices have no snapshot
		}
		components[row.Key] = c
	}
	device := s.Identity.device(id, t.Name, t.Model)
	device["via_device"] = s.BridgeID()
	delete(device, "manufacturer") // it is not made by this program
	delete(device, "sw_version")   // this program's version is not its firmware's
	device.setText("sw_version", t.Firmware)
	return Document{id: id, components: components, root: object{
		"device":            device,
		"origin":            s.Identity.origin(),
		"availability":      []object{{"topic": s.Tree.BridgeState()}},
		"availability_mode": "all",
		"qos":               1,
	}}
}

// deviceStem begins a device's entity ids.
func deviceStem(t Device) string { return cmp.Or(topics.Slug(t.Name), "device_"+t.ID) }
