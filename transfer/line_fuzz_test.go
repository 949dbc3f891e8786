// SPDX-License-Identifier: MIT

package transfer_test

import (
	"strings"
	"testing"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// FuzzLineProtocol writes names and texts of any kind: always one line, which an
// independent reader takes apart into the same parts.
func FuzzLineProtocol(f *testing.F) {
	f.Add("alice", "Body+", "text", int64(79300), -3)
	f.Add(`a, b=c\`, "d\"e f\r\nvitals x=1 1", `"x\y"`+"\n", int64(-1), 0)
	f.Add(" \\ ", "\\", "\\", int64(0), 9)
	f.Add("\u2028=\xff", ",", "\x00", int64(1<<62), -300)
	f.Fuzz(func(t *testing.T, profile, device, text string, mantissa int64, exponent int) {
		number, err := decimal.New(mantissa, exponent)
		if err != nil {
			return
		}
		values := map[string]sensors.Value{"weight_kg": sensors.Number(number)}
		if text != "" {
			values["rhythm"] = sensors.Text(text)
		}
		record := sensors.Record{At: 1735711200, Model: device, Values: values}
		line := transfer.LineProtocol{Profile: profile}.Append(nil, transfer.Item{Kind: sensors.KindMeasures, Record: record})
		body, ended := strings.CutSuffix(string(line), "\n")
		if !ended || strings.ContainsAny(body, "\r\n") {
			t.Fatalf("not one line: %q", line)
		}
		series := splitLine(body, ' ', false)[0]
		rest := splitLine(strings.TrimPrefix(body[len(series):], " "), ' ', true)
		if len(rest) != 2 || rest[1] != "1735711200000000000" {
			t.Fatalf("%q has %d parts after the tags", body, len(rest))
		}
		tags, fields := splitLine(series, ',', false), splitLine(rest[0], ',', true)
		if tags[0] != transfer.Measurement || len(tags) > 3 || len(fields) != len(values) {
			t.Errorf("%q has %d tags and %d fields", body, len(tags)-1, len(fields))
		}
		for _, tag := range tags[1:] {
			if pair := splitLine(tag, '=', false); len(pair) != 2 || pair[0] == "" || pair[1] == "" {
				t.Errorf("%q has the tag %q", body, tag)
			}
		}
		for _, field := range fields {
			if pair := splitLine(field, '=', true); len(pair) != 2 || pair[0] == "" || pair[1] == "" {
				t.Errorf("%q has the field %q", body, field)
			}
		}
	})
}

// splitLine splits at a byte that is not escaped and, where values may be in
// quotes, not in them: those of tags never are.
func splitLine(text string, at byte, quotes bool) (parts []string) {
	quoted, begin := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case quotes && text[i] == '"':
			quoted = !quoted
		case text[i] == at && !quoted:
			parts, begin = append(parts, text[begin:i]), i+1
		}
	}
	return append(parts, text[begin:])
}
