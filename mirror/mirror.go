// Package mirror sends new records of the archive as line protocol to a time
// series database. It neither reads files nor decides what is stored.
package mirror
