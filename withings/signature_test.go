// SPDX-License-Identifier: MIT

package withings

import (
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	key := secret.New(strings.Repeat("0123456789abcdef", 4))
	const nonce = "5d1f0c6f5f0e4d0c9a51"
	for want, signed := range map[string]string{
		"dbe1da39f3272ab7d3ad53ddaca15633e8517e59e06343bd92aee32d49976855": "getnonce,cafe0001cafe0001,1767225600",
		"f5c32d50821ce1e7fd73256f95fa2e8ea436d0eda7a685a1c9f64b69e3d87484": "requesttoken,cafe0001cafe0001," + nonce,
		"1b4e58c825097dd1ac4fa494c48967b65e7567bc864c52e218904ee76d52380f": "revoke,cafe0001cafe0001," + nonce,
	} {
		if got := sign(key, strings.Split(signed, ",")...); got != want {
			t.Errorf("%s: %s, want %s", signed, got, want)
		}
	}
}

func TestStatusRanges(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]Class{
		0: OK, 100: Auth, 101: Auth, 102: Auth, 200: Auth, 401: Auth, 214: Forbidden, 277: Forbidden, 403: Forbidden,
		2553: Forbidden, 503: Params, 201: Params, 293: Params, 353: Params, 3019: Params, 400: Params, 601: Limited,
		2554: Unsupported, 2556: Unsupported, 522: Temporary, 2555: Temporary, 215: Temporary, 239: Temporary,
		99999: Temporary, -7: Temporary, 103: Temporary, 354: Temporary,
	} {
		if got := classOfStatus(status); got != want {
			t.Errorf("status %d is %v, want %v", status, got, want)
		}
	}
	for i, a := range statusRanges {
		for _, b := range statusRanges[i+1:] {
			if a.from <= b.to && b.from <= a.to {
				t.Errorf("%+v and %+v overlap", a, b)
			}
		}
	}
}
