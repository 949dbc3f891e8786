package bridge

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// shelf is where the devices of all profiles stand, each once, however many
// people share it.
type shelf struct {
	mu     sync.Mutex
	owners map[string]owner           // by slug
	shown  map[string]map[string]bool // keys on the broker, by device id
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
		owners: map[string]owner{}, shown: map[string]map[string]bool{}, awaited: map[string]bool{}, held: map[string]bool{},
	}
}

// takeDevices takes over what the cloud lists as a person's devices; nil says
// nothing. It wants p.mu held.
func (p *person) takeDevices(devices []sensors.Device) {
	if devices == nil {
		return
	}
	p.remember.Devices, p.unsaved = p.listedDevicesLocked(devices, time.Now()), true
	p.showDevices()
	p.bridge.settle(p.Slug)
}

// await holds devices back until the person's are known.
func (s *shelf) await(slug string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited[slug] = true
}

// settle notes that a person's devices are known, or cannot be. When that was the
// last one, the devices are shown.
func (b *Bridge) settle(slug string) {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	if !b.devices.awaited[slug] {
		return
	}
	delete(b.devices.awaited, slug)
	b.showHeld()
}

// Settle shows the devices that are known, without waiting for anybody's list.
func (b *Bridge) Settle() {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	clear(b.devices.awaited)
	b.showHeld()
}

// showHeld wants b.devices.mu held.
func (b *Bridge) showHeld() {
	if len(b.devices.awaited) > 0 {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(b.devices.held)) {
		b.showDevice(id)
	}
	clear(b.devices.held)
}

// showDevices publishes the person's devices. It wants p.mu held.
func (p *person) showDevices() {
	var keys []string
	for _, key := range sensors.DeviceKeys() {
		if p.wants(key) {
			keys = append(keys, key)
		}
	}
	own := owner{name: p.Name, keys: keys, devices: p.remember.Devices}
	if p.Push != nil {
		own.beds = p.remember.State.Beds()
	}
	p.bridge.ownDevices(p.Slug, own)
}

// ownDevices puts a person's devices on the shelf in place of those before.
func (b *Bridge) ownDevices(slug string, now owner) {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	touched := map[string]bool{}
	for _, device := range slices.Concat(b.devices.owners[slug].devices, now.devices) {
		touched[device.ID] = true
	}
	b.devices.owners[slug] = now
	for _, id := range b.devices.named(touched) {
		b.devices.held[id] = true
	}
	b.showHeld()
}

// named adds the devices that bear the same model's name as one of those: they
// must be told apart from now on, or need not be any more.
func (s *shelf) named(touched map[string]bool) []string {
	models := map[string]bool{}
	for _, own := range s.owners {
		for _, device := range own.devices {
			if touched[device.ID] {
				models[device.Model] = true
			}
		}
	}
	for _, own := range s.owners {
		for _, device := range own.devices {
			if models[device.Model] {
				touched[device.ID] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(touched))
}

// find returns a device as its owners' lists tell it last, the names of the
// owners, and the keys that any of them wants.
func (s *shelf) find(id string) (device sensors.Device, names, keys []string) {
	for _, slug := range slices.Sorted(maps.Keys(s.owners)) {
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
// announced, and the newest word of it, if there is any.
func (s *shelf) bed(device sensors.Device, keys []string) (row sensors.Sensor, announced bool, newest sensors.Reading, known bool) {
	row, ok := sensors.Lookup(sensors.KeyOccupied)
	if !ok || !device.Mat() || !slices.Contains(keys, row.Key) {
		return row, false, newest, false
	}
	for _, own := range s.owners {
		announced = announced || own.beds != nil
		if reading, said := own.beds[device.ID]; said && reading.MeasuredAt.After(newest.MeasuredAt) {
			newest, known = reading, true
		}
	}
	return row, announced, newest, known
}

// title tells a device from others of its model by whose it is.
func (s *shelf) title(device sensors.Device, names []string) string {
	for _, own := range s.owners {
		for _, other := range own.devices {
			if other.Model == device.Model && other.ID != device.ID {
				return device.Model + " (" + strings.Join(names, ", ") + ")"
			}
		}
	}
	return device.Model
}

// showDevice publishes what is known of a device, and clears what is not. It
// wants b.devices.mu held.
func (b *Bridge) showDevice(id string) {
	device, names, keys := b.devices.find(id)
	shown := map[string]bool{}
	var rows []sensors.Sensor
	var topics []string
	readings := device.Readings()
	if row, announced, reading, known := b.devices.bed(device, keys); known {
		readings = append(readings, reading)
	} else if announced { // also before the first event
		rows = append(rows, row)
	}
	for _, reading := range readings {
		row, ok := sensors.Lookup(reading.Key)
		if !ok || !slices.Contains(keys, reading.Key) {
			continue
		}
		shown[row.Key] = true
		rows = append(rows, row)
		if b.site.Views.Bare {
			topics = append(topics, b.site.Tree.DeviceValue(id, row.Key))
			b.publisher.Set(topics[len(topics)-1], []byte(reading.Value.String()))
		}
		if b.site.Views.Detail {
			topics = append(topics, b.site.Tree.DeviceDetail(id, row.Key))
			b.publisher.Set(topics[len(topics)-1], encode(detailOf(reading, row)))
		}
	}
	b.keep(topics)
	before, met := b.devices.shown[id]
	for _, key := range sensors.DeviceKeys() {
		// What a former run has left there is not known: it is cleared to be sure.
		if !shown[key] && (before[key] || !met) {
			b.publisher.Clear(b.site.Tree.DeviceValue(id, key))
			b.publisher.Clear(b.site.Tree.DeviceDetail(id, key))
		}
	}
	b.devices.shown[id] = shown
	if len(rows) == 0 {
		b.retireThing(id)
		return
	}
	b.publishDocument(discovery.Device(b.site, discovery.Thing{Device: device, Name: b.devices.title(device, names), Sensors: rows}))
}

// retireThing removes the document of a device that nobody has any more.
func (b *Bridge) retireThing(id string) {
	var values []string
	for _, key := range sensors.DeviceKeys() {
		values = append(values, b.site.Tree.DeviceValue(id, key), b.site.Tree.DeviceDetail(id, key))
	}
	b.documents.Lock()
	defer b.documents.Unlock()
	b.drop(discovery.ThingID(id), false, values...)
}
