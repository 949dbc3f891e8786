// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
)

// schema is the first version of the archive, waveformSchema the step to the
// second.
var (
	//go:embed schema.sql
	schema string
	//go:embed waveform.sql
	waveformSchema string
)

// migrations lists what brings an archive to the next version, from an empty
// one on. A released step is never changed.
func migrations() []string { return []string{schema, waveformSchema} }

// applicationID marks the databases of this program: "v2mq".
const applicationID = 0x76326d71

// checkIdentity refuses the database of another program or of a newer version.
func checkIdentity(ctx context.Context, conn *sql.Conn, path string) (version int, err error) {
	var application, tables int
	for query, into := range map[string]*int{
		"PRAGMA application_id":              &application,
		"PRAGMA user_version":                &version,
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := conn.QueryRowContext(ctx, query).Scan(into); err != nil {
			return 0, err
		}
	}
	switch {
	case application == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, &Error{Fault: FaultForeign, Path: path}
	case version > len(migrations()):
		return 0, &Error{
			Fault: FaultNewer,
			Path:  path,
			Err:   fmt.Errorf("version %d, this program knows %d", version, len(migrations())),
		}
	}
	return version, nil
}

// migrate brings an archive to the newest version, in one transaction. Another
// process may be faster.
func migrate(ctx context.Context, conn *sql.Conn, path string) (err error) {
	if version, err := checkIdentity(ctx, conn, path); err != nil || version == len(migrations()) {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK")
		}
	}()
	version, err := checkIdentity(ctx, conn, path)
	if err != nil {
		return err
	}
	for _, step := range migrations()[version:] {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("updating the archive from version %d: %w", version, err)
		}
	}
	identity := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations()))
	if _, err := conn.ExecContext(ctx, identity); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}
