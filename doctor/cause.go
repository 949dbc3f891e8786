package doctor

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"vitals2mqtt/internal/failure"
	"vitals2mqtt/withings"
)

// cause is the class of an error, with the numbers of an API error.
type cause struct {
	failure.Cause

	numbers map[string]int
}

// causeOf classifies an error.
func causeOf(err error) cause {
	apiErr, ours := errors.AsType[*withings.Error](err)
	if ours && (apiErr.Status != withings.NoStatus || apiErr.HTTP != 0) {
		c := cause{Cause: failure.Cause{Code: "api_error"}, numbers: map[string]int{"http": apiErr.HTTP}}
		parts := []string{apiErr.Class.String()}
		if apiErr.Status != withings.NoStatus {
			c.numbers["status"] = apiErr.Status
			parts = append(parts, "status "+strconv.Itoa(apiErr.Status))
		}
		if apiErr.HTTP != http.StatusOK {
			parts = append(parts, "HTTP "+strconv.Itoa(apiErr.HTTP))
		}
		c.Text = strings.Join(parts, ", ")
		if apiErr.Text != "" {
			c.Text += ": " + apiErr.Text
		} else if apiErr.Err != nil {
			c.Text += ": " + apiErr.Err.Error()
		}
		return c
	}
	return cause{Cause: failure.CauseOf(err)}
}
