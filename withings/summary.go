// SPDX-License-Identifier: MIT

package withings

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/failure"
)

// Summary says in a few words why a call failed, without the name of the call:
// for people, where Error has the whole chain.
func Summary(err error) string {
	failed, ours := errors.AsType[*Error](err)
	switch {
	case !ours:
		return failure.CauseOf(err).Text
	case IsUnreachable(err):
		return failure.CauseOf(failed.Err).Text
	case failed.Status == NoStatus && failed.HTTP == 0 && failed.Class == Limited:
		return "too many requests"
	}
	var parts []string
	if failed.Status != NoStatus {
		parts = append(parts, "status "+strconv.Itoa(failed.Status))
	}
	if failed.HTTP != 0 && failed.HTTP != http.StatusOK {
		parts = append(parts, "HTTP "+strconv.Itoa(failed.HTTP))
	}
	text := strings.Join(parts, ", ")
	switch detail := failed.Text; {
	case detail == "" && failed.Err != nil:
		return joinColon(text, failed.Err.Error())
	case detail == "" && failed.Status == NoStatus && text != "": // HTTP's own status says it
		return text
	case detail == "":
		return joinColon(text, failed.Class.String())
	default:
		return joinColon(text, detail)
	}
}

func joinColon(before, after string) string {
	if before == "" {
		return after
	}
	return before + ": " + after
}

// IsUnreachable reports whether a call failed without any response.
func IsUnreachable(err error) bool {
	failed, ours := errors.AsType[*Error](err)
	return ours && failed.Status == NoStatus && failed.HTTP == 0 && failed.Class == Temporary && failed.Err != nil
}

// RetryAt is when the pause that the cloud requests is over; zero for none.
func RetryAt(err error, now time.Time) time.Time {
	if pause := RetryAfter(err); pause > 0 {
		return now.Add(pause)
	}
	return time.Time{}
}
