// SPDX-License-Identifier: MIT

package api

import (
	"strings"
	"testing"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]string{
		"getnonce,cafe0001cafe0001,1767225600": "" +
			"dbe1da39f3272ab7d3ad53ddaca15633e8517e59e06343bd92aee32d49976855",
		"requesttoken,cafe0001cafe0001,5d1f0c6f5f0e4d0c9a51": "" +
			"f5c32d50821ce1e7fd73256f95fa2e8ea436d0eda7a685a1c9f64b69e3d87484",
		"revoke,cafe0001cafe0001,5d1f0c6f5f0e4d0c9a51": "" +
			"1b4e58c825097dd1ac4fa494c48967b65e7567bc864c52e218904ee76d52380f",
	} {
		if got := sign(strings.Repeat("0123456789abcdef", 4), strings.Split(values, ",")...); got != want {
			t.Errorf("%s: %s, want %s", values, got, want)
		}
	}
}
