// SPDX-License-Identifier: MIT

package people

import (
	"time"
)

// HeartRecord is a stored ECG, a blood pressure with one, or heart sounds.
type HeartRecord struct {
	ECG, Stetho         int64 // signal ids; 0 = no such part
	product             product
	device              string
	At                  int64
	Created, Modified   int64
	AFib, vhd           int // classes
	Pulse               int
	Systolic, diastolic int   // mmHg; 0 = not measured
	Group               int64 // id of its group in getmeas; 0 = none
	isGrouped           bool  // the group exists, or will not
}

// hasSignal reports whether one of the record's signals has an id.
func (h *HeartRecord) hasSignal(id int64) bool { return id != 0 && (h.ECG == id || h.Stetho == id) }

// ecgProduct records the person's ECGs.
func (a *body) ecgProduct() product {
	if a.Owns.ECGModel != 0 {
		return productOf(a.Owns.ECGModel)
	}
	return a.watchProduct()
}

// heart generates the heart records of a body; some come with its measures.
type heart struct{ measures }

// heartDay is the records of a day, derived from the seed, the person and the
// day alone.
func (a heart) heartDay(day int64) []*HeartRecord {
	var list []*HeartRecord
	for _, thing := range []struct {
		owned bool
		make  func(day int64) *HeartRecord
	}{
		{a.Owns.ECG && !a.BodyScan && !a.ScanWatch, a.ecgDay}, {a.Owns.BPMCore, a.coreDay}, {a.Owns.Stethoscope, a.soundDay},
	} {
		if !thing.owned {
			continue
		}
		if h := thing.make(day); h != nil {
			list = append(list, h)
		}
	}
	if a.Owns.ECG && (a.BodyScan || a.ScanWatch) {
		list = append(list, a.ecgsOf(a.measureDay(day), day)...)
	}
	return list
}

// ecgsOf are the records of groups with an ECG.
func (a heart) ecgsOf(groups []*Group, day int64) []*HeartRecord {
	var list []*HeartRecord
	for _, g := range groups {
		h := a.newHeartRecord(a.ecgProduct(), time.Unix(g.Date, 0), time.Unix(g.Created, 0))
		h.ECG, h.Group, h.isGrouped = a.rowID(day, 401+int64(len(list))), g.ID, true
		h.Pulse = 52 + int(g.Date/60%31)
		found := false
		for _, m := range g.Measures {
			switch m.Type {
			case 11:
				h.Pulse = int(m.Value)
			case 130:
				h.AFib, found = int(m.Value), true
			}
		}
		if found {
			list = append(list, h)
		}
	}
	return list
}

// ecgDay is an ECG about once a week.
func (a heart) ecgDay(day int64) *HeartRecord {
	r := NewRand(a.Seed, a.UserID, "ecg", day)
	if r.IntN(8) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(30+r.IntN(720)) * time.Minute)
	h := a.newHeartRecord(a.ecgProduct(), at, at.Add(time.Duration(20+r.IntN(90))*time.Second))
	h.ECG, h.AFib, h.Pulse, h.Group = a.rowID(day, 400), randomClass(r.IntN(20)), 54+r.IntN(30), a.rowID(day, 430)
	return h
}

// coreDay is a reading of the BPM Core about every fifth day.
func (a heart) coreDay(day int64) *HeartRecord {
	r := NewRand(a.Seed, a.UserID, "bpm core", day)
	if r.IntN(5) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(20+r.IntN(300)) * time.Minute)
	h := a.newHeartRecord(productOf(44), at, at.Add(time.Duration(30+r.IntN(90))*time.Second))
	h.Systolic, h.Pulse, h.Group = 114+int(a.UserID%14)+r.IntN(20), 56+r.IntN(26), a.rowID(day, 431)
	h.diastolic = h.Systolic*62/100 + r.IntN(9)
	afib, vhd, parts := randomClass(r.IntN(20)), randomClass(r.IntN(20)), r.IntN(6)
	if parts != 0 || !a.Owns.PressureAlone {
		h.ECG, h.AFib = a.rowID(day, 410), afib
	}
	if parts > 1 {
		h.Stetho, h.vhd = a.rowID(day, 411), vhd
	}
	return h
}

// soundDay is a recording of heart sounds about every ninth day.
func (a heart) soundDay(day int64) *HeartRecord {
	r := NewRand(a.Seed, a.UserID, "stethoscope", day)
	if r.IntN(9) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(400+r.IntN(300)) * time.Minute)
	h := a.newHeartRecord(productOf(71), at, at.Add(time.Duration(30+r.IntN(200))*time.Second))
	h.Stetho, h.vhd, h.Pulse = a.rowID(day, 420), randomClass(r.IntN(20)), 56+r.IntN(26)
	return h
}

// heartGroup is the measure group of a record; nil = none, or it exists.
func heartGroup(h *HeartRecord) *Group {
	if h.isGrouped || h.ECG == 0 && h.Systolic == 0 {
		return nil
	}
	measures := []measure{rawMeasure(11, int64(h.Pulse), 0)}
	if h.Systolic != 0 {
		measures = append(measures, rawMeasure(9, int64(h.diastolic), 0), rawMeasure(10, int64(h.Systolic), 0))
	}
	if h.ECG != 0 {
		measures = append(measures, rawMeasure(130, int64(h.AFib), 0))
	}
	by := &device{id: h.device, model: h.product.name, modelID: h.product.id}
	return newGroup(h.Group, time.Unix(h.At, 0), time.Unix(h.Created, 0), by, measures...)
}

// randomClass is mostly 0, sometimes inconclusive and rarely positive, out of
// 20.
func randomClass(chance int) int {
	switch {
	case chance < 17:
		return 0
	case chance < 19:
		return 2
	}
	return 1
}

func (a heart) newHeartRecord(by product, at, created time.Time) *HeartRecord {
	return &HeartRecord{
		product:  by,
		device:   a.device(by.name, by.id).id,
		At:       at.Unix(),
		Created:  created.Unix(),
		Modified: created.Unix(),
	}
}

// Row is a record as it is sent: parts that were not recorded are absent.
func (h *HeartRecord) Row(timezone string) map[string]any {
	row := map[string]any{
		"deviceid": h.device, "model": h.product.id, "heart_rate": h.Pulse, "timestamp": h.At, "modified": h.Modified,
	}
	if h.ECG != 0 {
		row["ecg"] = map[string]any{"signalid": h.ECG, "afib": h.AFib}
	}
	if h.Systolic != 0 {
		row["bloodpressure"] = map[string]any{"diastole": h.diastolic, "systole": h.Systolic}
		if h.Stetho != 0 {
			row["stetho"] = map[string]any{"signalid": h.Stetho, "vhd": h.vhd}
		}
	}
	if h.At%2 == 0 { // The zone is sent for some.
		row["timezone"] = timezone
	}
	return row
}

// HasECGOrPressure reports whether v2/heart lists the record.
func (h *HeartRecord) HasECGOrPressure() bool { return h.ECG != 0 || h.Systolic != 0 }
