package simulator

import (
	"net/url"
	"slices"
)

// optional reads a whole number; wrong is its name when it is none.
func optional(form url.Values, name string) (n int64, given bool, wrong string) {
	n, given, ok := number(form, name)
	if !ok {
		wrong = name
	}
	return n, given, wrong
}

// moments reads a range in unix seconds; neither end of it must be given.
func moments(form url.Values) (asked span, wrong string) { return spanOf(form, "startdate", "enddate") }

func offsetOf(form url.Values) (offset int, wrong string) {
	n, _, ok := number(form, "offset")
	if !ok || n < 0 || n > 1<<30 {
		return 0, "offset"
	}
	return int(n), ""
}

// fields are those that data_fields names, or the usual ones.
func (c *Cloud) fields(form url.Values, call string, known, usual []string) []string {
	asked := list(form.Get("data_fields"))
	for _, name := range asked {
		if !slices.Contains(known, name) {
			c.unknown("unknown data field of " + call + ": " + name)
		}
	}
	if len(asked) == 0 {
		return usual
	}
	return asked
}

// unlocked is fields without those that the account's plan leaves out.
func (a *account) unlocked(fields []string) []string {
	if len(a.Owns.Locked) == 0 {
		return fields
	}
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return slices.Contains(a.Owns.Locked, name) })
}

// paged adds more and offset to a body.
func paged(body map[string]any, next, rows int) map[string]any {
	body["more"], body["offset"] = next < rows, 0
	if next < rows {
		body["offset"] = next
	}
	return body
}
