// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"

	"vitals2mqtt/sensors"
)

// WriteView writes the views, and what they look up, into an archive whose
// series a test has named.
func WriteView(ctx context.Context, path string, policy sensors.Policy) (err error) {
	db, err := sql.Open("sqlite", fileURI(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	s := newSession(conn)
	return errors.Join(s.transact(ctx, func() error { return writeView(ctx, s, policy) }), s.close())
}
