// SPDX-License-Identifier: MIT

package web

import (
	"os"
	"runtime"
)

// processMetrics are about the process, not what it does. They show that nothing
// piles up.
func processMetrics() []metric {
	return []metric{
		overall("goroutines", "Goroutines of the process.",
			func(Overview) float64 { return float64(runtime.NumGoroutine()) }),
		{"open_files", gauge, "Open files of the process, sockets included; only on Linux.", nil, func(_ Overview, add adder) {
			if n, ok := openFiles(); ok {
				add(float64(n))
			}
		}},
	}
}

// openFiles counts the open files of the process, and reports whether the system
// tells them.
func openFiles() (n int, ok bool) {
	folder, err := os.Open("/proc/self/fd")
	if err != nil {
		return 0, false
	}
	defer func() { _ = folder.Close() }()
	names, err := folder.Readdirnames(-1)
	return len(names) - 1, err == nil // without the folder itself
}
