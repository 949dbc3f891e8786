// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// row is part of every row of a response.
type row struct {
	// Raw is the row in JSON as it came, nil when it was not read from a response.
	// It shares the memory of the whole response: who keeps it for longer clones
	// it.
	Raw []byte `json:"-"`
}

func (r *row) keepRaw(raw []byte) { r.Raw = raw }

// rawKeeper is a row that keeps its JSON.
type rawKeeper interface{ keepRaw(raw []byte) }

// rowStart is where a row begins in a response.
type rowStart struct {
	unread []byte
	offset int64
}

func startRow(dec *jsontext.Decoder) rowStart { return rowStart{dec.UnreadBuffer(), dec.InputOffset()} }

// keepIn keeps the JSON of the row that was just read. A response is decoded
// from one slice, which the decoder reads in place: what was unread at the
// start of the row is still there, so that this costs no copy.
func (s rowStart) keepIn(into any, dec *jsontext.Decoder) {
	keeper, ok := into.(rawKeeper)
	length := dec.InputOffset() - s.offset
	if !ok || length > int64(len(s.unread)) {
		return
	}
	raw := bytes.TrimLeft(s.unread[:length], " \t\r\n,:") // what separates it from what is before it
	if len(raw) > 0 && raw[0] == '{' {
		keeper.keepRaw(slices.Clip(raw))
	}
}
