// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"

	"vitals2mqtt/sensors"
)

// identities are the numbers of rows that nearly every record refers to, as
// long as no other connection has changed anything.
type identities struct {
	version  int64 // PRAGMA data_version
	accounts map[string]int64
	devices  map[device]int64
	series   map[field]int64
	fields   map[int64]field
	zones    map[string]bool // written, see writeZone
}

// device is a device of the cloud; one whose id is unknown has a model only.
type device struct{ id, model string }

// field is what a series is of.
type field struct {
	account  int64
	kind     sensors.Kind
	name     string
	position int
}

func newIdentities() identities {
	return identities{
		accounts: map[string]int64{},
		devices:  map[device]int64{},
		series:   map[field]int64{},
		fields:   map[int64]field{},
		zones:    map[string]bool{},
	}
}

// refresh forgets everything when another connection has changed anything. It
// must run at the beginning of a transaction.
func (i *identities) refresh(ctx context.Context, conn *sql.Conn) error {
	var version int64
	if err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return err
	}
	if version != i.version {
		*i = newIdentities()
		i.version = version
	}
	return nil
}
