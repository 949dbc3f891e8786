// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"slices"
	"sync"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// deviceAnnouncer publishes the devices of all profiles. Until the devices of
// every profile are known, it publishes none: Home Assistant keeps the first
// entity id of an entity, and that must not depend on which list came first.
type deviceAnnouncer struct {
	site      discovery.Site
	documents *announcer
	ledger    *ledgerStore

	mu              sync.Mutex
	registry        *deviceRegistry
	published       map[string]publishedDevice // by device id, since the start
	pendingProfiles map[string]bool            // slugs whose devices are not known yet
	pendingDevices  map[string]bool            // ids to publish
}

// publishedDevice is what was published of a device.
type publishedDevice struct {
	values []string         // the keys with a value
	rows   []string         // the keys in the document
	thing  discovery.Device // what the document was built from, without rows; zero without one
}

// hasSameDocument reports whether a device would get the same document.
func (d publishedDevice) hasSameDocument(as publishedDevice) bool {
	return d.thing.Device == as.thing.Device && d.thing.Name == as.thing.Name && slices.Equal(d.rows, as.rows)
}

// builder returns what builds the document.
func (d publishedDevice) builder(site discovery.Site) documentBuilder {
	return func() discovery.Document {
		whole := d.thing
		whole.Sensors = rowsOf(d.rows, nil)
		return discovery.DeviceDocument(site, whole)
	}
}

func newDeviceAnnouncer(site discovery.Site, documents *announcer, ledger *ledgerStore) *deviceAnnouncer {
	return &deviceAnnouncer{
		site:            site,
		documents:       documents,
		ledger:          ledger,
		registry:        newDeviceRegistry(),
		published:       map[string]publishedDevice{},
		pendingProfiles: map[string]bool{},
		pendingDevices:  map[string]bool{},
	}
}

// waitFor defers publishing until the devices of a profile are known.
func (a *deviceAnnouncer) waitFor(slug string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pendingProfiles[slug] = true
}

// markKnown records that a profile's devices are known, or cannot be. After the
// last profile, the devices are published.
func (a *deviceAnnouncer) markKnown(slug string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.pendingProfiles[slug] {
		return
	}
	delete(a.pendingProfiles, slug)
	a.publishPendingLocked()
}

// publishPending publishes the known devices, without waiting for the profiles
// whose devices are unknown.
func (a *deviceAnnouncer) publishPending() {
	defer a.ledger.save()
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.pendingProfiles)
	a.publishPendingLocked()
}

// set replaces the devices of a profile, and publishes the changes.
func (a *deviceAnnouncer) set(slug string, devices profileDevices) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range a.registry.set(slug, devices) {
		a.pendingDevices[id] = true
	}
	a.publishPendingLocked()
}

// publishPendingLocked publishes all pending devices, unless those of a profile
// are still unknown. a.mu must be held.
func (a *deviceAnnouncer) publishPendingLocked() {
	if len(a.pendingProfiles) > 0 || len(a.pendingDevices) == 0 {
		return
	}
	var plans []devicePlan
	for _, id := range slices.Sorted(maps.Keys(a.pendingDevices)) {
		plans = append(plans, a.planLocked(id))
	}
	clear(a.pendingDevices)
	a.documents.publishDevices(plans)
}

// planLocked plans what to publish and what to clear for a device, and records
// the plan as published. a.mu must be held.
func (a *deviceAnnouncer) planLocked(id string) devicePlan {
	device, names, keys := a.registry.find(id)
	plan, now := devicePlan{id: id}, publishedDevice{}
	readings := device.Readings()
	if row, announced, reading, known := a.registry.bed(device, keys); known {
		readings = append(readings, reading)
	} else if announced { // also before the first event
		now.rows = append(now.rows, row.Key)
	}
	for _, reading := range readings {
		row, ok := sensors.Lookup(reading.Key)
		if !ok || !slices.Contains(keys, reading.Key) {
			continue
		}
		now.values, now.rows = append(now.values, row.Key), append(now.rows, row.Key)
		if a.site.Views.Bare {
			plan.addValue(a.site.Tree.DeviceValue(id, row.Key), []byte(reading.Value.String()))
		}
		if a.site.Views.Detail {
			plan.addValue(a.site.Tree.DeviceDetail(id, row.Key), encode(detailOf(reading, row)))
		}
	}
	before, published := a.published[id]
	for _, key := range sensors.DeviceKeys() {
		// What a former run published is unknown, so it is cleared in any case.
		if !slices.Contains(now.values, key) && (slices.Contains(before.values, key) || !published) {
			plan.clears = append(plan.clears, a.site.Tree.DeviceValue(id, key), a.site.Tree.DeviceDetail(id, key))
		}
	}
	if len(now.rows) > 0 {
		// Only what the document contains: a new battery level does not rebuild it.
		lasting := sensors.Device{ID: device.ID, Model: device.Model, Type: device.Type, Firmware: device.Firmware}
		now.thing = discovery.Device{Device: lasting, Name: a.registry.title(device, names)}
		if !before.hasSameDocument(now) {
			plan.build = now.builder(a.site)
			plan.document, plan.publish = a.documents.validate(plan.build())
		}
	} else {
		plan.remove = !published || len(before.rows) > 0
	}
	a.published[id] = now
	return plan
}
