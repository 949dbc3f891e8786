// SPDX-License-Identifier: MIT

package transfer_test

import (
	"io"
	"strings"
	"testing"

	"vitals2mqtt/transfer"
)

// endless is a text that never ends, and counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

// TestQuoteThatIsNotClosed has a file whose first row never ends: it is held in
// memory only up to the limit.
func TestQuoteThatIsNotClosed(t *testing.T) {
	t.Parallel()
	rest := &endless{}
	file := io.MultiReader(strings.NewReader(strings.Join(transfer.TidyHeader(), ",")+"\n\""), rest)
	var last error
	for _, err := range transfer.ReadTidy(file, "my.csv", transfer.ReadOptions{}, &transfer.Report{}) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "my.csv: a row is longer than 1 MB") {
		t.Errorf("%v", last)
	}
	if rest.read > 2<<20 {
		t.Errorf("%d bytes were read", rest.read)
	}
}
