// SPDX-License-Identifier: MIT

package api

import (
	"net/url"
	"slices"
)

// parseOptionalInt reads a whole number; wrong is its name when it is none.
func parseOptionalInt(form url.Values, name string) (n int64, given bool, wrong string) {
	n, given, ok := parseInt(form, name)
	if !ok {
		wrong = name
	}
	return n, given, wrong
}

// parseTimeRange reads a range in unix seconds; both ends are optional.
func parseTimeRange(form url.Values) (filter timeFilter, wrong string) {
	return parseTimeFilter(form, "startdate", "enddate")
}

func parseOffset(form url.Values) (offset int, wrong string) {
	n, _, ok := parseInt(form, "offset")
	if !ok || n < 0 || n > 1<<30 {
		return 0, "offset"
	}
	return int(n), ""
}

// requestedFields are those that data_fields names, or the usual ones.
func (c *Server) requestedFields(form url.Values, call string, known, usual []string) []string {
	requested := splitList(form.Get("data_fields"))
	if len(requested) == 0 {
		return usual
	}
	c.checkFields(call, requested, known)
	return requested
}

// checkFields reports unknown data fields.
func (c *Server) checkFields(call string, requested, known []string) {
	for _, name := range requested {
		if !slices.Contains(known, name) {
			c.reportUnknown("unknown data field of " + call + ": " + name)
		}
	}
}

// withPaging adds more and offset to a body.
func withPaging(body map[string]any, next, rows int) map[string]any {
	body["more"], body["offset"] = next < rows, 0
	if next < rows {
		body["offset"] = next
	}
	return body
}
