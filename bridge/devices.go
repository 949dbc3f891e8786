package bridge

import (
	"maps"
	"slices"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// updateDevicesLocked takes over what the cloud lists as a person's devices; nil says
// nothing. It wants p.mu held.
func (p *poller) updateDevicesLocked(devices []sensors.Device) {
	if devices == nil {
		return
	}
	p.state.Devices, p.dirty = p.mergeDevicesLocked(devices, time.Now()), true
	p.publishDevicesLocked()
	p.bridge.markDevicesKnown(p.Slug)
}

// waitForProfile holds devices back until the person's are known.
func (s *deviceRegistry) waitForProfile(slug string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pendingProfiles[slug] = true
}

// markDevicesKnown notes that a person's devices are known, or cannot be. When that was the
// last one, the devices are shown.
func (b *Bridge) markDevicesKnown(slug string) {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	if !b.devices.pendingProfiles[slug] {
		return
	}
	delete(b.devices.pendingProfiles, slug)
	b.publishPendingLocked()
}

// PublishPendingDevices shows the devices that are known, without waiting for anybody's list.
func (b *Bridge) PublishPendingDevices() {
	defer b.saveLedger()
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	clear(b.devices.pendingProfiles)
	b.publishPendingLocked()
}

// publishPendingLocked shows all devices that were held back, unless somebody's are still
// awaited. All of them are remembered at once: the list of what lies on the broker
// is stored as a whole. b.devices.mu must be held.
func (b *Bridge) publishPendingLocked() {
	if len(b.devices.pendingProfiles) > 0 || len(b.devices.pendingDevices) == 0 {
		return
	}
	var plans []devicePlan
	for _, id := range slices.Sorted(maps.Keys(b.devices.pendingDevices)) {
		plans = append(plans, b.planDeviceLocked(id))
	}
	clear(b.devices.pendingDevices)
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	b.updateLedgerLocked(func(ledger *retainedLedger) (changed bool) {
		for i := range plans {
			changed = b.trackDeviceLocked(ledger, &plans[i]) || changed
		}
		return changed
	})
	for _, plan := range plans {
		b.publishDeviceLocked(plan)
	}
}

// publishDevicesLocked publishes the person's devices. It wants p.mu held.
func (p *poller) publishDevicesLocked() {
	var keys []string
	for _, key := range sensors.DeviceKeys() {
		if p.isWanted(key) {
			keys = append(keys, key)
		}
	}
	devices := profileDevices{name: p.Name, keys: keys, devices: slices.Clone(p.state.Devices)}
	if p.Push != nil {
		devices.beds = p.state.Sensors.Beds()
	}
	p.bridge.setProfileDevices(p.Slug, devices)
}

// setProfileDevices puts a person's devices on the shelf in place of those before, and
// shows what has changed by that.
func (b *Bridge) setProfileDevices(slug string, now profileDevices) {
	b.devices.mu.Lock()
	defer b.devices.mu.Unlock()
	for _, id := range b.devices.setLocked(slug, now) {
		b.devices.pendingDevices[id] = true
	}
	b.publishPendingLocked()
}

// devicePlan is what is to be published of a device.
type devicePlan struct {
	id       string
	values   []retainedMessage // retained
	clears   []string          // topics that must not hold anything
	document discovery.Document
	publish  bool // document is to be published
	remove   bool // nobody has the device any more, and its document goes
}

// retainedMessage is a retained payload and where it belongs.
type retainedMessage struct {
	topic   string
	payload []byte
}

// planDeviceLocked finds out what is to be published of a device, and what is to be
// cleared. b.devices.mu must be held.
func (b *Bridge) planDeviceLocked(id string) devicePlan {
	device, names, keys := b.devices.findLocked(id)
	plan, now := devicePlan{id: id}, publishedDevice{keys: map[string]bool{}}
	var rows []sensors.Sensor
	readings := device.Readings()
	if row, announced, reading, known := b.devices.bedLocked(device, keys); known {
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
			plan.values = append(plan.values, retainedMessage{b.site.Tree.DeviceValue(id, row.Key), []byte(reading.Value.String())})
		}
		if b.site.Views.Detail {
			plan.values = append(plan.values, retainedMessage{b.site.Tree.DeviceDetail(id, row.Key), encode(detailOf(reading, row))})
		}
	}
	before, published := b.devices.published[id]
	for _, key := range sensors.DeviceKeys() {
		// What a former run has left there is not known: it is cleared to be sure.
		if !now.keys[key] && (before.keys[key] || !published) {
			plan.clears = append(plan.clears, b.site.Tree.DeviceValue(id, key), b.site.Tree.DeviceDetail(id, key))
		}
	}
	if len(rows) > 0 {
		// Only what a document is made of: it is not made again for a battery.
		lasting := sensors.Device{ID: device.ID, Model: device.Model, Type: device.Type, Firmware: device.Firmware}
		now.thing = discovery.Device{Device: lasting, Name: b.devices.titleLocked(device, names), Sensors: rows}
		plan.publish = !before.hasSameDocument(now.thing)
	} else {
		plan.remove = !published || len(before.thing.Sensors) > 0
	}
	if plan.publish {
		plan.document, plan.publish = b.validateDocument(discovery.DeviceDocument(b.site, now.thing))
	}
	b.devices.published[id] = now
	return plan
}

// trackDeviceLocked notes where it is that something of a device lies, or must go, and
// reports whether that is new. b.documents must be held.
func (b *Bridge) trackDeviceLocked(ledger *retainedLedger, plan *devicePlan) (changed bool) {
	for _, value := range plan.values {
		changed = ledger.Add(value.topic) || changed
	}
	if plan.publish {
		changed = ledger.Add(plan.document.Topic(b.site.Tree)) || changed
	}
	if !plan.remove {
		return changed
	}
	if thing := discovery.DeviceID(plan.id); b.forgetDocumentLocked(ledger, thing) {
		document := b.site.Tree.Document(thing)
		plan.clears = append(plan.clears, document)
		changed = ledger.MarkCleared(document) || changed
	}
	for _, topic := range plan.clears {
		changed = ledger.Remove(topic) || changed
	}
	return changed
}

// publishDeviceLocked publishes what was found out about a device. b.documents must be
// held.
func (b *Bridge) publishDeviceLocked(plan devicePlan) {
	for _, value := range plan.values {
		b.publisher.Set(value.topic, value.payload)
	}
	for _, topic := range plan.clears {
		b.publisher.Clear(topic)
	}
	if plan.publish {
		b.published[plan.document.ID()] = plan.document
		b.publisher.Set(plan.document.Topic(b.site.Tree), plan.document.JSON())
	}
}
