// SPDX-License-Identifier: MIT

package people

import (
	"bytes"
	"encoding/json"
)

// asSent writes JSON as the API does.
func asSent(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return bytes.ReplaceAll(raw, []byte("/"), []byte(`\/`))
}
