// SPDX-License-Identifier: MIT

package secret_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
)

func TestTextNeverPrints(t *testing.T) {
	t.Parallel()
	const plain = "hunter2-hunter2"
	text := secret.New(plain)
	holder := struct{ Token secret.Text }{text}
	encoded, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	outputs := []string{
		fmt.Sprint(text), fmt.Sprint(&text), string(encoded), fmt.Errorf("x: %v", text).Error(),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		outputs = append(outputs, fmt.Sprintf(verb, text), fmt.Sprintf(verb, holder))
	}
	for _, output := range outputs {
		if strings.Contains(output, plain) || strings.Contains(output, fmt.Sprintf("%x", plain)) {
			t.Errorf("a secret was printed: %s", output)
		}
		if !strings.Contains(output, secret.Mask) {
			t.Errorf("no mask in %q", output)
		}
	}
}

func TestTextKeepsItsValue(t *testing.T) {
	t.Parallel()
	var text secret.Text
	if !text.IsEmpty() || text.String() != "" {
		t.Error("the zero value is not empty")
	}
	if err := text.UnmarshalText([]byte("abc")); err != nil || text.Reveal() != "abc" || text.IsEmpty() {
		t.Errorf("after decoding: %q, %v", text.Reveal(), err)
	}
}
