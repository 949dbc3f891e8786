// SPDX-License-Identifier: MIT

package history

import "context"

// Exec runs a statement on the writing connection, to bring about what happens
// by itself only to others.
func (a *Archive) Exec(ctx context.Context, statement string) error {
	return a.db.exclusively(ctx, "testing", func(ctx context.Context, h *handle) error {
		_, err := h.conn.ExecContext(ctx, statement)
		return err
	})
}

// ApplicationID marks the files of this program.
const ApplicationID = applicationID

// Version is the version of new archives.
func Version() int { return len(migrations()) }
