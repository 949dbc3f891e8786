package cli

import (
	"testing"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/push"
)

// A previous address stays valid for a while, so its secret is hidden as well.
func TestDumpHidesFormerSecrets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first, err := checkpoint.OpenReadOnly(folder).RotateSecret(push.NewSecret)
	if err != nil {
		t.Fatal(err)
	}
	second, err := checkpoint.OpenReadOnly(folder).RotateSecret(push.NewSecret)
	if err != nil {
		t.Fatal(err)
	}
	secrets := knownSecrets(&config.Config{StateDir: folder})
	for _, word := range []string{first, second} {
		if !hasSecret("at /notify/"+word, secrets) {
			t.Error("a secret address is not known to be secret")
		}
	}
}
