// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
)

// Of a long history, few records are kept. What follows selects those that the
// rules of pruning can leave, before any of them is interpreted; pruning decides.

// needed calls choose where it saves work.
func (k kindRules) needed(s *Store, added []Record, o ApplyOptions) []bool {
	if k.choose == nil || len(added) < 2 {
		return nil
	}
	return k.choose(s, k.kind, added, o)
}

func (k kindRules) passOver(s *Store, rec *Record, o ApplyOptions) {
	if k.passed != nil {
		k.passed(s, rec, o)
	}
}

// maxFieldTallies bounds how many fields are counted; beyond it all records are
// chosen.
const maxFieldTallies = 64

// fieldTally counts the newer records with a value of a field.
type fieldTally struct {
	field  Field
	key    string // "" for a field without one
	ratios uint   // a bit for each side of a ratio that the key is
	count  int
	// always is true for a weight that passWeight does not find.
	always bool
}

// keyTallies count what is newer than a record.
type keyTallies struct {
	kind    Kind
	extra   []Sensor
	fields  []fieldTally
	ratios  []ratio
	ratioOf []int // how many newer records have each ratio
}

// chooseNewestPerKey selects what newestPerKey can leave, and what the policy
// does not simply publish.
func chooseNewestPerKey(keep int) func(*Store, Kind, []Record, ApplyOptions) []bool {
	return func(_ *Store, kind Kind, added []Record, o ApplyOptions) []bool {
		needed := make([]bool, len(added))
		t := keyTallies{kind: kind, extra: o.Extra, ratios: ratios()}
		t.ratioOf = make([]int, len(t.ratios))
		for end := len(added); end > 0; {
			begin := end - 1 // records of the same second do not count as newer than each other
			for begin > 0 && added[begin-1].At == added[begin].At {
				begin--
			}
			for i := begin; i < end; i++ {
				wanted, ok := t.wants(&added[i], keep)
				if !ok {
					return nil
				}
				needed[i] = wanted || o.Policy.of(&added[i]) != Publish
			}
			for i := begin; i < end; i++ {
				if needed[i] && o.Policy.of(&added[i]) != Hold {
					t.add(&added[i])
				}
			}
			end = begin
		}
		return needed
	}
}

// wants reports whether fewer than keep newer records have a value of any key of
// a record, ratios included. It returns false when there are too many fields.
func (t *keyTallies) wants(rec *Record, keep int) (wanted, ok bool) {
	sides := uint(0)
	for i := range rec.ReadFields() {
		f := t.find(&rec.Fields[i])
		if f == nil {
			return false, false
		}
		wanted = wanted || f.key != "" && (f.count < keep || f.always)
		sides |= f.ratios
	}
	for i, newer := range t.ratioOf {
		both := uint(3) << (2 * i)
		wanted = wanted || newer < keep && sides&both == both
	}
	return wanted, true
}

// add counts the values of a record for those that are older.
func (t *keyTallies) add(rec *Record) {
	rec.interpretOnce(t.kind, t.extra)
	for i := range rec.Fields {
		f := t.find(&rec.Fields[i])
		if _, has := rec.Values[f.key]; has {
			f.count++
		}
	}
	for i, r := range t.ratios {
		if r.isComputable(rec.Values) {
			t.ratioOf[i]++
		}
	}
}

// find returns the tally of a field, nil when there are too many.
func (t *keyTallies) find(f *Field) *fieldTally {
	for i := range t.fields {
		if known := &t.fields[i]; known.field.Position == f.Position && known.field.Name == f.Name {
			return known
		}
	}
	if len(t.fields) == maxFieldTallies {
		return nil
	}
	tally := fieldTally{field: Field{Name: f.Name, Position: f.Position}}
	if naming, named := NameField(t.kind, f.Name, f.Position, t.extra); named {
		tally.key, tally.always = naming.Key, naming.Key == keyWeight && f.Position != NoPosition
		for i, r := range t.ratios {
			if r.left == naming.Key {
				tally.ratios |= 1 << (2 * i)
			}
			if r.right == naming.Key {
				tally.ratios |= 2 << (2 * i)
			}
		}
	}
	t.fields = append(t.fields, tally)
	return &t.fields[len(t.fields)-1]
}

// chooseDays selects what newest can leave: the last days with a value.
func chooseDays(_ *Store, kind Kind, added []Record, o ApplyOptions) []bool {
	latest := byIndex(added, func(a, b *Record) int { return cmp.Compare(a.ID, b.ID) }) // ids fall from day to day
	needed, kept := make([]bool, len(added)), 0
	for _, i := range latest {
		if kept == maxDays {
			break
		}
		needed[i] = true
		if added[i].interpretOnce(kind, o.Extra); len(added[i].Values) > 0 {
			kept++
		}
	}
	return needed
}

// chooseNights selects what pruneNights can leave: the sessions of the last dates
// and of the last night, and what is being computed.
func chooseNights(s *Store, kind Kind, added []Record, o ApplyOptions) []bool {
	latest := byIndex(added, func(a, b *Record) int { return cmp.Compare(b.Date, a.Date) })
	needed, dates, last := make([]bool, len(added)), 0, ""
	nights := maps.Clone(s.nights())
	for _, i := range latest {
		rec := &added[i]
		if needed[i] = rec.Pending; rec.Pending {
			continue
		}
		if rec.Date != last {
			dates, last = dates+1, rec.Date
		}
		if dates > maxNightDates {
			continue
		}
		needed[i] = true
		rec.interpretOnce(kind, o.Extra)
		nights[rec.ID] = *rec
	}
	if _, found := lastNight(nights); !found {
		return nil
	}
	return needed
}
