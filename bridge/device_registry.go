// SPDX-License-Identifier: MIT

package bridge

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

// deviceRegistry holds the devices of all profiles, each once, however many
// profiles share it. It has no lock.
type deviceRegistry struct {
	profiles map[string]profileDevices // by slug
	// profilesByDevice, devicesByModel and bedReporters are indexes: the sorted
	// slugs of the profiles that list a device, by its id; how many profiles list
	// each id, by model; and the profiles with a bed event, by device id.
	profilesByDevice map[string][]string
	devicesByModel   map[string]map[string]int
	bedReporters     map[string]map[string]bool
	// pushProfiles counts the profiles with notifications.
	pushProfiles int
}

// profileDevices is a profile with devices.
type profileDevices struct {
	name    string
	keys    []string // the configured device keys
	devices []sensors.Device
	beds    map[string]sensors.Reading // bed presence by device id; nil without notifications
}

func newDeviceRegistry() *deviceRegistry {
	return &deviceRegistry{
		profiles:         map[string]profileDevices{},
		profilesByDevice: map[string][]string{},
		devicesByModel:   map[string]map[string]int{},
		bedReporters:     map[string]map[string]bool{},
	}
}

// set replaces the devices of a profile, and returns the ids of the devices
// that may have to be published again: the profile's own, and those whose title
// changes because another device of the same model has appeared or disappeared.
func (s *deviceRegistry) set(slug string, now profileDevices) []string {
	before := s.profiles[slug]
	changed, wasShared := map[string]bool{}, map[string]bool{}
	for _, device := range slices.Concat(before.devices, now.devices) {
		changed[device.ID] = true
		wasShared[device.Model] = len(s.devicesByModel[device.Model]) > 1
	}
	s.remove(slug, before)
	s.add(slug, now)
	for model, was := range wasShared {
		if is := len(s.devicesByModel[model]) > 1; is != was {
			for id := range s.devicesByModel[model] {
				changed[id] = true
			}
		}
	}
	return slices.Collect(maps.Keys(changed))
}

// add adds a profile to all indexes.
func (s *deviceRegistry) add(slug string, own profileDevices) {
	s.profiles[slug] = own
	for _, device := range own.devices {
		slugs := s.profilesByDevice[device.ID]
		insertSorted(&slugs, slug)
		s.profilesByDevice[device.ID] = slugs
		if s.devicesByModel[device.Model] == nil {
			s.devicesByModel[device.Model] = map[string]int{}
		}
		s.devicesByModel[device.Model][device.ID]++
	}
	for id := range own.beds {
		if s.bedReporters[id] == nil {
			s.bedReporters[id] = map[string]bool{}
		}
		s.bedReporters[id][slug] = true
	}
	if own.beds != nil {
		s.pushProfiles++
	}
}

// remove undoes add.
func (s *deviceRegistry) remove(slug string, own profileDevices) {
	delete(s.profiles, slug)
	for _, device := range own.devices {
		if at, found := slices.BinarySearch(s.profilesByDevice[device.ID], slug); found {
			s.profilesByDevice[device.ID] = slices.Delete(s.profilesByDevice[device.ID], at, at+1)
		}
		if len(s.profilesByDevice[device.ID]) == 0 {
			delete(s.profilesByDevice, device.ID)
		}
		if s.devicesByModel[device.Model][device.ID]--; s.devicesByModel[device.Model][device.ID] == 0 {
			delete(s.devicesByModel[device.Model], device.ID)
		}
		if len(s.devicesByModel[device.Model]) == 0 {
			delete(s.devicesByModel, device.Model)
		}
	}
	for id := range own.beds {
		if delete(s.bedReporters[id], slug); len(s.bedReporters[id]) == 0 {
			delete(s.bedReporters, id)
		}
	}
	if own.beds != nil {
		s.pushProfiles--
	}
}

// find returns the newest version of a device among its owners' lists, the
// names of the owners, and the device keys that any of them has configured.
func (s *deviceRegistry) find(id string) (device sensors.Device, names, keys []string) {
	for _, slug := range s.profilesByDevice[id] {
		own := s.profiles[slug]
		for _, listed := range own.devices {
			if listed.ID != id || len(own.keys) == 0 {
				continue
			}
			if cmp.Or(cmp.Compare(listed.LastSession, device.LastSession), cmp.Compare(listed.Received, device.Received)) >= 0 {
				device = listed
			}
			names, keys = append(names, own.name), append(keys, own.keys...)
		}
	}
	return device, names, keys
}

// bed returns the presence that a mat reports: its row, whether to announce it,
// and the newest reading, if there is one.
func (s *deviceRegistry) bed(
	device sensors.Device, keys []string,
) (row sensors.Sensor, announced bool, newest sensors.Reading, known bool) {
	row, ok := sensors.Lookup(sensors.KeyOccupied)
	if !ok || !device.IsMat() || !slices.Contains(keys, row.Key) {
		return row, false, newest, false
	}
	for slug := range s.bedReporters[device.ID] {
		if reading := s.profiles[slug].beds[device.ID]; reading.MeasuredAt.After(newest.MeasuredAt) {
			newest, known = reading, true
		}
	}
	return row, s.pushProfiles > 0, newest, known
}

// title is the name of a device: its model, followed by its owners if there are
// other devices of that model.
func (s *deviceRegistry) title(device sensors.Device, names []string) string {
	others := len(s.devicesByModel[device.Model])
	if s.devicesByModel[device.Model][device.ID] > 0 {
		others--
	}
	if others > 0 {
		return device.Model + " (" + strings.Join(names, ", ") + ")"
	}
	return device.Model
}
