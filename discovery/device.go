package discovery

import (
	"cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// Device is a physical device as the documents show one.
type Device struct {
	sensors.Device

	// Name tells it from others of its model.
	Name string
	// Sensors are the rows to show: configured by one of its owners, and known.
	Sensors []sensors.Sensor
}

// DeviceID returns the id of the device that stands for a scale, watch or mat.
func DeviceID(id string) string { return programName + "_device_" + id }

// DeviceDocument returns the document of a scale, watch or mat. It is there as long as
// the bridge is: a battery is not empty because somebody must sign in again.
func DeviceDocument(s Site, t Device) Document {
	id := DeviceID(t.ID)
	components := map[string]object{}
	for _, row := range t.Sensors {
		c := newComponent(id, deviceStem(t), row)
		switch {
		case s.Views.Detail:
			setDetailTopics(c, s.Tree.DeviceDetail(t.ID, row.Key))
		case s.Views.Bare:
			c["state_topic"], c["value_template"] = s.Tree.DeviceValue(t.ID, row.Key), bareTemplate
		default:
			continue // a snapshot is a person's
		}
		components[row.Key] = c
	}
	device := s.Identity.device(id, t.Name, t.Model)
	device["via_device"] = s.BridgeID()
	delete(device, "manufacturer") // this program is not its maker
	delete(device, "sw_version")   // nor is this its firmware
	device.setText("sw_version", t.Firmware)
	return Document{id: id, components: components, root: object{
		"device":            device,
		"origin":            s.Identity.origin(),
		"availability":      []object{{"topic": s.Tree.BridgeState()}},
		"availability_mode": "all",
		"qos":               1,
	}}
}

// deviceStem begins a device's entity ids: its name, which people recognise.
func deviceStem(t Device) string { return cmp.Or(topics.Slug(t.Name), "device_"+t.ID) }
