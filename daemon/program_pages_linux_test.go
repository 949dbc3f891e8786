// SPDX-License-Identifier: MIT

package daemon

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const mappings = `00400000-01095000 r-xp 00000000 fe:00 90125                              /opt/my program
Size:              12884 kB
Rss:                9000 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
01095000-01cea000 r--p 00c95000 fe:00 90125                              /opt/my program
Rss:                 800 kB
Private_Dirty:        16 kB
Anonymous:            16 kB
01cea000-01e55000 rw-p 018ea000 fe:00 90125                              /opt/my program
Rss:                1400 kB
Anonymous:             0 kB
01e55000-03ea4000 rw-p 00000000 00:00 0
Rss:                 300 kB
7f0000000000-7f0000001000 r-xp 00000000 fe:00 77                         /opt/my program 2
Rss:                   4 kB
7f0000002000-7f0000003000 r--s 00000000 fe:00 90125                      /opt/my program
Rss:                   4 kB
7f000000-7f001000 r--p 00000000 fe:00 90125                      /opt/my program
Rss:                   4 kB
Private_Dirty:         4 kB
Swap:                  0 kB
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
Rss:                   4 kB
`

// Data must never be dropped, nor anything that differs from the file: that
// would be lost.
func TestOnlyUnchangedReadOnlyMappingsAreDropped(t *testing.T) {
	t.Parallel()
	want := []programMapping{
		{start: 0x400000, length: 0xc95000, resident: 9000},
		{start: 0x1095000, length: 0xc55000, resident: 800, changed: true},
		{start: 0x7f000000, length: 0x1000, resident: 4},
	}
	if got := parseMappings(strings.NewReader(mappings), "/opt/my program"); !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestProgramRunsOnWithoutItsPages(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/smaps"); err != nil {
		t.Skip("this kernel does not show mappings")
	}
	kilobytes, err := dropOwnPages()
	if err != nil || kilobytes == 0 {
		t.Fatalf("%d kB dropped: %v", kilobytes, err)
	}
	if _, err := dropOwnPages(); err != nil {
		t.Error(err)
	}
}
