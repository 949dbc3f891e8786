package bridge

import (
	"maps"
	"slices"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

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
	b.showHeldLocked()
}

// Settle shows the devices that are known, without waiting for anybody's list.
func (b *Bridge) Settle() {
	defer b.storeOwn()
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	clear(b.devices.awaited)
	b.showHeldLocked()
}

// showHeldLocked shows all devices that were held back, unless somebody's are still
// awaited. All of them are remembered at once: the list of what lies on the broker
// is stored as a whole. b.devices.mu must be held.
func (b *Bridge) showHeldLocked() {
	if len(b.devices.awaited) > 0 || len(b.devices.held) == 0 {
		return
	}
	var shows []showing
	for _, id := range slices.Sorted(maps.Keys(b.devices.held)) {
		shows = append(shows, b.lookAtLocked(id))
	}
	clear(b.devices.held)
	b.documents.Lock()
	defer b.documents.Unlock()
	b.note(func(own *lying) (changed bool) {
		for i := range shows {
			changed = b.enterLocked(own, &shows[i]) || changed
		}
		return changed
	})
	for _, show := range shows {
		b.carryOutLocked(show)
	}
}

// showDevices publishes the person's devices. It wants p.mu held.
func (p *person) showDevices() {
	var keys []string
	for _, key := range sensors.DeviceKeys() {
		if p.wants(key) {
			keys = append(keys, key)
		}
	}
	own := owner{name: p.Name, keys: keys, devices: slices.Clone(p.remember.Devices)}
	if p.Push != nil {
		own.beds = p.remember.State.Beds()
	}
	p.bridge.ownDevices(p.Slug, own)
}

// ownDevices puts a person's devices on the shelf in place of those before, and
// shows what has changed by that.
func (b *Bridge) ownDevices(slug string, now owner) {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	for _, id := range b.devices.placeLocked(slug, now) {
		b.devices.held[id] = true
	}
	b.showHeldLocked()
}

// showing is what is to be published of a device.
type showing struct {
	id       string
	values   []message // retained
	gone     []string  // topics that must not hold anything
	document discovery.Document
	build    bool // document is to be published
	retire   bool // nobody has the device any more, and its document goes
}

// message is a retained payload and where it belongs.
type message struct {
	topic   string
	payload []byte
}

// lookAtLocked finds out what is to be published of a device, and what is to be
// cleared. b.devices.mu must be held.
func (b *Bridge) lookAtLocked(id string) showing {
	device, names, keys := b.devices.find(id)
	show, now := showing{id: id}, shownDevice{keys: map[string]bool{}}
	var rows []sensors.Sensor
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
		now.keys[row.Key] = true
		rows = append(rows, row)
		if b.site.Views.Bare {
			show.values = append(show.values, message{b.site.Tree.DeviceValue(id, row.Key), []byte(reading.Value.String())})
		}
		if b.site.Views.Detail {
			show.values = append(show.values, message{b.site.Tree.DeviceDetail(id, row.Key), encode(detailOf(reading, row))})
		}
	}
	before, met := b.devices.shown[id]
	for _, key := range sensors.DeviceKeys() {
		// What a former run has left there is not known: it is cleared to be sure.
		if !now.keys[key] && (before.keys[key] || !met) {
			show.gone = append(show.gone, b.site.Tree.DeviceValue(id, key), b.site.Tree.DeviceDetail(id, key))
		}
	}
	if len(rows) > 0 {
		// Only what a document is made of: it is not made again for a battery.
		lasting := sensors.Device{ID: device.ID, Model: device.Model, Type: device.Type, Firmware: device.Firmware}
		now.thing = discovery.Device{Device: lasting, Name: b.devices.title(device, names), Sensors: rows}
		show.build = !before.same(now.thing)
	} else {
		show.retire = !met || len(before.thing.Sensors) > 0
	}
	if show.build {
		show.document, show.build = b.presentable(discovery.DeviceDocument(b.site, now.thing))
	}
	b.devices.shown[id] = now
	return show
}

// enterLocked notes where it is that something of a device lies, or must go, and
// reports whether that is new. b.documents must be held.
func (b *Bridge) enterLocked(own *lying, show *showing) (changed bool) {
	for _, value := range show.values {
		changed = own.lay(value.topic) || changed
	}
	if show.build {
		changed = own.lay(show.document.Topic(b.site.Tree)) || changed
	}
	if !show.retire {
		return changed
	}
	if thing := discovery.DeviceID(show.id); b.unbuildLocked(own, thing) {
		document := b.site.Tree.Document(thing)
		show.gone = append(show.gone, document)
		changed = own.expel(document) || changed
	}
	for _, topic := range show.gone {
		changed = own.dropTopic(topic) || changed
	}
	return changed
}

// carryOutLocked publishes what was found out about a device. b.documents must be
// held.
func (b *Bridge) carryOutLocked(show showing) {
	for _, value := range show.values {
		b.publisher.Set(value.topic, value.payload)
	}
	for _, topic := range show.gone {
		b.publisher.Clear(topic)
	}
	if show.build {
		b.built[show.document.ID()] = show.document
		b.publisher.Set(show.document.Topic(b.site.Tree), show.document.JSON())
	}
}
