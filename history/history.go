// SPDX-License-Identifier: MIT

// Package history is the archive: one SQLite file that keeps every record that
// was measured, and where reading stopped. It alone speaks SQL. It neither
// fetches nor publishes, and it decodes no response.
package history
