// SPDX-License-Identifier: MIT

package vendor_test

func utf16Text(text string, bigEndian bool) string {
	out := []byte{}
	put := func(unit uint16) {
		if bigEndian {
			out = append(out, byte(unit>>8), byte(unit))
		} else {
			out = append(out, byte(unit), byte(unit>>8))
		}
	}
	put(0xfeff)
	for _, r := range text {
		put(uint16(r)) // the tests have none beyond 16 bits
	}
	return string(out)
}

func latin1(text string) string {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r)) // the tests have none beyond 8 bits
	}
	return string(out)
}
