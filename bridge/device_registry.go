package bridge

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// deviceRegistry is where the devices of all profiles stand, each once, however many
// people share it.
type deviceRegistry struct {
	mu       sync.Mutex
	profiles map[string]profileDevices // by slug
	// profilesByDevice, models and sayers find in owners without going through everybody:
	// the sorted slugs of those who list a device, by its id; how often which ids
	// are listed as a model, by model; and who says something of a bed, by device id.
	profilesByDevice map[string][]string
	devicesByModel   map[string]map[string]int
	bedReporters     map[string]map[string]bool
	// pushProfiles counts the owners with notifications.
	pushProfiles int
	published    map[string]publishedDevice // by device id: what was published since the start
	// pendingProfiles are the slugs whose devices are not known yet since the start. Until
	// nobody's are, devices are held back: Home Assistant keeps the first id that it
	// is given, and that must not depend on whose list came first.
	pendingProfiles map[string]bool
	pendingDevices  map[string]bool // ids
}

// profileDevices is a person with devices.
type profileDevices struct {
	name    string
	keys    []string // of devices, that the person's configuration wants
	devices []sensors.Device
	beds    map[string]sensors.Reading // what mats say, by device id; nil without notifications
}

func newDeviceRegistry() *deviceRegistry {
	return &deviceRegistry{
		profiles: map[string]profileDevices{}, profilesByDevice: map[string][]string{}, devicesByModel: map[string]map[string]int{},
		bedReporters: map[string]map[string]bool{}, published: map[string]publishedDevice{},
		pendingProfiles: map[string]bool{}, pendingDevices: map[string]bool{},
	}
}

// setLocked puts a person's devices on the shelf in place of those before, and
// returns the ids of the devices of which something may have to be shown
// differently: the person's, and those that get another title because a model has
// become the only one of its name, or has ceased to be. s.mu must be held.
func (s *deviceRegistry) setLocked(slug string, now profileDevices) []string {
	before := s.profiles[slug]
	changed, wasShared := map[string]bool{}, map[string]bool{}
	for _, device := range slices.Concat(before.devices, now.devices) {
		changed[device.ID] = true
		wasShared[device.Model] = len(s.devicesByModel[device.Model]) > 1
	}
	s.removeLocked(slug, before)
	s.addLocked(slug, now)
	for model, was := range wasShared {
		if is := len(s.devicesByModel[model]) > 1; is != was {
			for id := range s.devicesByModel[model] {
				changed[id] = true
			}
		}
	}
	return slices.Collect(maps.Keys(changed))
}

// addLocked puts an owner into all that finds one. s.mu must be held.
func (s *deviceRegistry) addLocked(slug string, own profileDevices) {
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

// removeLocked undoes addLocked. s.mu must be held.
func (s *deviceRegistry) removeLocked(slug string, own profileDevices) {
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

// findLocked returns a device as its owners' lists tell it last, the names of the
// owners, and the keys that any of them wants. s.mu must be held.
func (s *deviceRegistry) findLocked(id string) (device sensors.Device, names, keys []string) {
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

// bedLocked returns what a mat says of who lies on it: the row, whether it is to be
// announced, and the newest word of it, if there is any. s.mu must be held.
func (s *deviceRegistry) bedLocked(device sensors.Device, keys []string) (row sensors.Sensor, announced bool, newest sensors.Reading, known bool) {
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

// titleLocked tells a device from others of its model by whose it is. s.mu must be held.
func (s *deviceRegistry) titleLocked(device sensors.Device, names []string) string {
	others := len(s.devicesByModel[device.Model])
	if s.devicesByModel[device.Model][device.ID] > 0 {
		others--
	}
	if others > 0 {
		return device.Model + " (" + strings.Join(names, ", ") + ")"
	}
	return device.Model
}

// publishedDevice is what was published of a device.
type publishedDevice struct {
	keys  map[string]bool  // with a value or a component
	thing discovery.Device // as the document was made of; zero without one
}

// hasSameDocument reports whether a document of the other would be the hasSameDocument.
func (d publishedDevice) hasSameDocument(thing discovery.Device) bool {
	return d.thing.Device == thing.Device && d.thing.Name == thing.Name &&
		slices.EqualFunc(d.thing.Sensors, thing.Sensors, func(a, b sensors.Sensor) bool { return a.Key == b.Key })
}
