// SPDX-License-Identifier: MIT

package sensors

// collections holds the records of each kind.
type collections map[Kind]*collection

// collection holds the records of one kind.
type collection struct {
	records map[int64]Record
	held    map[int64]heldGroup // kept back by the policy
}

// heldGroup is a record that the policy keeps back.
type heldGroup struct {
	At        int64
	Received  int64
	Modified  int64
	Keys      []string // it would have a value for
	Ambiguous bool
}

func newCollections() collections {
	all, each := make(collections, len(kinds())), make([]collection, len(kinds()))
	for i, k := range kinds() {
		each[i] = collection{records: map[int64]Record{}, held: map[int64]heldGroup{}}
		all[k.kind] = &each[i]
	}
	return all
}

// records returns the records of a kind.
func (c collections) records(kind Kind) map[int64]Record { return c[kind].records }

func (c collections) nights() map[int64]Record { return c.records(KindNights) }

// newestKinds returns the records of the kinds that are marked newestCounts.
func (c collections) newestKinds() []map[int64]Record {
	var all []map[int64]Record
	for _, k := range kinds() {
		if k.newestCounts {
			all = append(all, c.records(k.kind))
		}
	}
	return all
}
