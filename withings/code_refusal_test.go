// SPDX-License-Identifier: MIT

package withings_test

import (
	"errors"
	"fmt"
	"testing"

	"vitals2mqtt/withings"
)

func TestCodeRefusalOf(t *testing.T) {
	t.Parallel()
	params := func(text string) error { return &withings.Error{Status: 503, Class: withings.Params, Text: text} }
	for name, row := range map[string]struct {
		err  error
		want withings.CodeRefusal
	}{
		"none":          {nil, withings.NotRefused},
		"late":          {params("Invalid Params: invalid code"), withings.RefusedCode},
		"wrapped":       {fmt.Errorf("exchanging: %w", params("invalid code")), withings.RefusedCode},
		"plain OAuth":   {params("invalid_grant"), withings.RefusedCode},
		"callback":      {params("Wrong redirect_uri"), withings.RefusedCallback},
		"another":       {params("Invalid Params: invalid action"), withings.NotRefused},
		"outage":        {&withings.Error{Class: withings.Temporary, Text: "invalid code"}, withings.NotRefused},
		"application":   {fmt.Errorf("%w: %w", withings.ErrApplication, params("invalid code")), withings.NotRefused},
		"another error": {errors.New("invalid code"), withings.NotRefused},
	} {
		if got := withings.CodeRefusalOf(row.err); got != row.want {
			t.Errorf("%s: %d, want %d", name, got, row.want)
		}
	}
}
