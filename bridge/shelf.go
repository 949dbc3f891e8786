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

// shelf is where the devices of all profiles stand, each once, however many
// people share it.
type shelf struct {
	mu     sync.Mutex
	owners map[string]owner // by slug
	// holders, models and sayers find in owners without going through everybody:
	// the sorted slugs of those who list a device, by its id; how often which ids
	// are listed as a model, by model; and who says something of a bed, by device id.
	holders map[string][]string
	models  map[string]map[string]int
	sayers  map[string]map[string]bool
	// noticing counts the owners with notifications.
	noticing int
	shown    map[string]shownDevice // by device id: what was published since the start
	// awaited are the slugs whose devices are not known yet since the start. Until
	// nobody's are, devices are held back: Home Assistant keeps the first id that it
	// is given, and that must not depend on whose list came first.
	awaited map[string]bool
	held    map[string]bool // ids
}

// owner is a person with devices.
type owner struct {
	name    string
	keys    []string // of devices, that the person's configuration wants
	devices []sensors.Device
	beds    map[string]sensors.Reading // what mats say, by device id; nil without notifications
}

func newShelf() *shelf {
	return &shelf{
		owners: map[string]owner{}, holders: map[string][]string{}, models: map[string]map[string]int{},
		sayers: map[string]map[string]bool{}, shown: map[string]shownDevice{},
		awaited: map[string]bool{}, held: map[string]bool{},
	}
}

// placeLocked puts a person's devices on the shelf in place of those before, and
// returns the ids of the devices of which something may have to be shown
// differently: the person's, and those that get another title because a model has
// become the only one of its name, or has ceased to be. s.mu must be held.
func (s *shelf) placeLocked(slug string, now owner) []string {
	before := s.owners[slug]
	touched, several := map[string]bool{}, map[string]bool{}
	for _, device := range slices.Concat(before.devices, now.devices) {
		touched[device.ID] = true
		several[device.Model] = len(s.models[device.Model]) > 1
	}
	s.removeLocked(slug, before)
	s.addLocked(slug, now)
	for model, were := range several {
		if are := len(s.models[model]) > 1; are != were {
			for id := range s.models[model] {
				touched[id] = true
			}
		}
	}
	return slices.Collect(maps.Keys(touched))
}

// addLocked puts an owner into all that finds one. s.mu must be held.
func (s *shelf) addLocked(slug string, own owner) {
	s.owners[slug] = own
	for _, device := range own.devices {
		holders := s.holders[device.ID]
		addSorted(&holders, slug)
		s.holders[device.ID] = holders
		if s.models[device.Model] == nil {
			s.models[device.Model] = map[string]int{}
		}
		s.models[device.Model][device.ID]++
	}
	for id := range own.beds {
		if s.sayers[id] == nil {
			s.sayers[id] = map[string]bool{}
		}
		s.sayers[id][slug] = true
	}
	if own.beds != nil {
		s.noticing++
	}
}

// removeLocked undoes addLocked. s.mu must be held.
func (s *shelf) removeLocked(slug string, own owner) {
	delete(s.owners, slug)
	for _, device := range own.devices {
		if at, found := slices.BinarySearch(s.holders[device.ID], slug); found {
			s.holders[device.ID] = slices.Delete(s.holders[device.ID], at, at+1)
		}
		if len(s.holders[device.ID]) == 0 {
			delete(s.holders, device.ID)
		}
		if s.models[device.Model][device.ID]--; s.models[device.Model][device.ID] == 0 {
			delete(s.models[device.Model], device.ID)
		}
		if len(s.models[device.Model]) == 0 {
			delete(s.models, device.Model)
		}
	}
	for id := range own.beds {
		if delete(s.sayers[id], slug); len(s.sayers[id]) == 0 {
			delete(s.sayers, id)
		}
	}
	if own.beds != nil {
		s.noticing--
	}
}

// find returns a device as its owners' lists tell it last, the names of the
// owners, and the keys that any of them wants. s.mu must be held.
func (s *shelf) find(id string) (device sensors.Device, names, keys []string) {
	for _, slug := range s.holders[id] {
		own := s.owners[slug]
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

// bed returns what a mat says of who lies on it: the row, whether it is to be
// announced, and the newest word of it, if there is any. s.mu must be held.
func (s *shelf) bed(device sensors.Device, keys []string) (row sensors.Sensor, announced bool, newest sensors.Reading, known bool) {
	row, ok := sensors.Lookup(sensors.KeyOccupied)
	if !ok || !device.IsMat() || !slices.Contains(keys, row.Key) {
		return row, false, newest, false
	}
	for slug := range s.sayers[device.ID] {
		if reading := s.owners[slug].beds[device.ID]; reading.MeasuredAt.After(newest.MeasuredAt) {
			newest, known = reading, true
		}
	}
	return row, s.noticing > 0, newest, known
}

// title tells a device from others of its model by whose it is. s.mu must be held.
func (s *shelf) title(device sensors.Device, names []string) string {
	others := len(s.models[device.Model])
	if s.models[device.Model][device.ID] > 0 {
		others--
	}
	if others > 0 {
		return device.Model + " (" + strings.Join(names, ", ") + ")"
	}
	return device.Model
}

// shownDevice is what was published of a device.
type shownDevice struct {
	keys  map[string]bool  // with a value or a component
	thing discovery.Device // as the document was made of; zero without one
}

// same reports whether a document of the other would be the same.
func (d shownDevice) same(thing discovery.Device) bool {
	return d.thing.Device == thing.Device && d.thing.Name == thing.Name &&
		slices.EqualFunc(d.thing.Sensors, thing.Sensors, func(a, b sensors.Sensor) bool { return a.Key == b.Key })
}
