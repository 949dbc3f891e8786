// SPDX-License-Identifier: MIT

package daemon

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/rs/zerolog"
)

// programMapping is a part of the program's file in memory.
type programMapping struct {
	start, length uintptr
	resident      int  // kB
	changed       bool // it has pages that are not those of the file
}

// dropProgramPages takes the pages of the program's file out of the resident
// memory. Most of them were needed during the start only; the others come back
// from the page cache as they are used. Only mappings that nobody can write to,
// and that are the same as the file, are dropped: not the data, and not what
// the dynamic linker or a debugger has changed.
func dropProgramPages(log zerolog.Logger) {
	kilobytes, err := dropOwnPages()
	log.Debug().Err(err).Int("kilobytes", kilobytes).Msg("dropped resident pages of the program file")
}

func dropOwnPages() (kilobytes int, err error) {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return 0, fmt.Errorf("finding the program file: %w", err)
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return 0, fmt.Errorf("reading mappings: %w", err)
	}
	for _, m := range parseMappings(bytes.NewReader(maps), program) {
		if m.changed {
			continue
		}
		if _, _, failed := syscall.Syscall(syscall.SYS_MADVISE, m.start, m.length, syscall.MADV_DONTNEED); failed != 0 {
			return kilobytes, fmt.Errorf("dropping pages: %w", failed)
		}
		kilobytes += m.resident
	}
	return kilobytes, nil
}

// parseMappings reads the private mappings of a file that cannot be written,
// from the format of /proc/PID/smaps.
func parseMappings(smaps io.Reader, file string) (found []programMapping) {
	var current *programMapping // nil within others
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if name, isValue := strings.CutSuffix(fields[0], ":"); isValue {
			if kilobytes, err := strconv.Atoi(fields[1]); err == nil && current != nil {
				current.add(name, kilobytes)
			}
			continue
		}
		current = nil
		if m, ok := parseMapping(fields, file); ok {
			found = append(found, m)
			current = &found[len(found)-1]
		}
	}
	return found
}

// add adds a value of a mapping.
func (m *programMapping) add(name string, kilobytes int) {
	switch name {
	case "Rss":
		m.resident = kilobytes
	case "Anonymous", "Swap", "Locked":
		m.changed = m.changed || kilobytes > 0
	}
}

// parseMapping parses the first line of a mapping: addresses, permissions,
// offset, device, inode and path.
func parseMapping(fields []string, file string) (m programMapping, ok bool) {
	if len(fields) < 6 || strings.Join(fields[5:], " ") != file {
		return m, false
	}
	if permissions := fields[1]; permissions != "r-xp" && permissions != "r--p" {
		return m, false
	}
	from, to, _ := strings.Cut(fields[0], "-")
	start, err := strconv.ParseUint(from, 16, strconv.IntSize)
	if err != nil {
		return m, false
	}
	end, err := strconv.ParseUint(to, 16, strconv.IntSize)
	return programMapping{start: uintptr(start), length: uintptr(end - start)}, err == nil && end > start
}
