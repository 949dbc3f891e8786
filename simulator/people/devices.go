// SPDX-License-Identifier: MIT

package people

import (
	"cmp"
	"slices"
	"time"
)

// listedDevice is a row of getdevice.
type listedDevice struct {
	product product
	id      string
}

// sessions is a device's first and last upload, in unix seconds; 0 = never.
type sessions struct{ first, last int64 }

func (s *sessions) record(at int64) {
	if s.first == 0 || at < s.first {
		s.first = at
	}
	s.last = max(s.last, at)
}

// listedDevices are the devices that the person owns or the data name, except
// those that were removed.
func (a *Account) listedDevices(now int64) []listedDevice {
	var list []listedDevice
	add := func(p product, id string) {
		known := slices.ContainsFunc(list, func(have listedDevice) bool { return have.id == id })
		if !known && !a.Records.removed[id] && id != "" {
			list = append(list, listedDevice{product: p, id: id})
		}
	}
	for _, p := range a.ownedProducts() {
		add(p, a.device(p.name, p.id).id)
	}
	for _, g := range a.Groups {
		if g.Device != nil && g.Created <= now {
			p := productOf(valueOf(g.ModelID))
			p.name = cmp.Or(valueOf(g.Model), p.name)
			add(p, *g.Device)
		}
	}
	for _, n := range a.Nights {
		if n.Created <= now {
			p := productOf(n.Source.modelID)
			p.name = cmp.Or(n.Source.model, p.name)
			add(p, n.Device)
		}
	}
	for _, h := range a.Records.Hearts {
		if h.Created <= now {
			add(h.product, h.device)
		}
	}
	return list
}

func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// ownedProducts follow from the person's flags.
func (a *Account) ownedProducts() []product {
	var list []product
	for _, thing := range []struct {
		owned bool
		id    int
	}{
		{a.Scale, 6},
		{a.Mat, Mat.modelID},
		{a.Cuff, 45},
		{a.Thermometer || a.Thermo, 70},
		{a.Oximeter || a.Owns.Stethoscope, 71},
		{a.Owns.BPMCore, 44},
		{a.Owns.ECG, a.ecgProduct().id},
		{a.Owns.Watch || len(a.Records.Changes) > 0 && !a.Owns.Phone, a.watchProduct().id},
		{a.Owns.Phone, a.counterProduct(phone).id},
	} {
		if thing.owned {
			list = append(list, productOf(thing.id))
		}
	}
	return list
}

// deviceSessionsLocked is the sessions of each device, over all accounts.
func (s *Store) deviceSessionsLocked(now int64) map[string]*sessions {
	known := map[string]*sessions{}
	record := func(id string, at int64) {
		if at == 0 || at > now {
			return
		}
		if known[id] == nil {
			known[id] = &sessions{}
		}
		known[id].record(at)
	}
	for _, p := range s.Accounts {
		p.GenerateRecords(time.Unix(now, 0))
		for _, g := range p.Groups {
			if g.Device != nil {
				record(*g.Device, g.Created)
			}
		}
		for _, n := range p.Nights {
			record(n.Device, n.Created)
		}
		for _, h := range p.Records.Hearts {
			record(h.device, h.Created)
		}
		if p.MainCounter() == Watch {
			product := p.watchProduct()
			id := p.device(product.name, product.id).id
			record(id, p.FirstSync(Watch, p.TimeOfDay(p.firstDay, 0).Unix()))
			record(id, p.LastSync(Watch, now))
		}
	}
	return known
}

// deviceRow is a device as it is sent. Phones are programs: they have no
// sessions, and not all of them a zone.
func (a *Account) deviceRow(d listedDevice, used *sessions, now time.Time) map[string]any {
	row := map[string]any{
		"type": d.product.class, "model": d.product.name, "model_id": nilIfZero(d.product.id),
		"deviceid": d.id, "hash_deviceid": d.id,
		"first_session_date": nil, "last_session_date": nil,
	}
	program := d.product.id >= 1000
	if !program || d.product.zoned {
		row["timezone"] = a.Timezone
	}
	if used != nil && !program {
		row["first_session_date"], row["last_session_date"] = used.first, used.last
	}
	level, byHand := a.Records.battery[d.id]
	if !byHand {
		level = d.battery(now)
	}
	if level != "" {
		row["battery"] = level
	}
	return row
}

// battery falls with the days until it is charged or replaced; mats are
// mains-powered, and programs have none.
func (d listedDevice) battery(now time.Time) string {
	days := int64(180)
	switch {
	case d.product.id >= 1000 || d.product.class == classSleep:
		return "unknown" // A common client fails without the field.
	case d.product.class == classTracker:
		days = 25
	}
	phase := NewRand(0, 0, d.id, 0).Int64N(days)
	switch left := 100 - (now.Unix()/86400+phase)%days*95/days; {
	case left > 75:
		return "high"
	case left > 30:
		return "medium"
	}
	return "low"
}

// DeviceRowsLocked are an account's devices as they are sent.
func (s *Store) DeviceRowsLocked(a *Account, now time.Time) []map[string]any {
	used, rows := s.deviceSessionsLocked(now.Unix()), []map[string]any{}
	for _, d := range a.listedDevices(now.Unix()) {
		rows = append(rows, a.deviceRow(d, used[d.id], now))
	}
	return rows
}
