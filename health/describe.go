// SPDX-License-Identifier: MIT

package health

// Description is what the table says about a code. Names in braces are filled
// in when it is found.
type Description struct {
	Code         Code
	Subject      Subject
	Level        Level
	Text, Remedy string
}

// Codes describes all codes, in the order of the subjects.
func Codes() []Description {
	var all []Description
	for _, r := range rows() {
		all = append(all, Description{
			Code:    r.code,
			Subject: r.subject,
			Level:   r.level,
			Text:    r.text,
			Remedy:  r.remedy,
		})
	}
	return all
}
