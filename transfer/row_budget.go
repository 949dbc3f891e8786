// SPDX-License-Identifier: MIT

package transfer

import (
	"errors"
	"io"
)

// maxTidyRow bounds the length of a row of tidy CSV in bytes.
const maxTidyRow = 1 << 20

var errLongRow = errors.New("a row is longer than 1 MB: a quotation mark is not closed")

// rowBudget limits how much is read for one row, which csv holds in memory.
type rowBudget struct {
	in   io.Reader
	left int
}

func (b *rowBudget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.in.Read(p)
	b.left -= n
	return n, err
}
