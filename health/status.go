// SPDX-License-Identifier: MIT

package health

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// finding returns the status of a code. pairs are the names in braces of its
// sentences and what replaces them.
func finding(code Code, profile string, since, nextTry time.Time, pairs ...string) Status {
	r := rowOf(code)
	s := Status{
		Subject: r.subject,
		Profile: profile,
		Level:   r.level,
		Code:    code,
		Since:   since,
		NextTry: nextTry,
		Facts:   make(map[string]string, len(pairs)/2),
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Facts[pairs[i]] = pairs[i+1]
	}
	s.Text, s.Remedy = s.Fill(r.text), s.Fill(r.remedy)
	return s
}

// Fill fills in a sentence with names in braces, such as that of this code in
// another language. Of several sentences, one whose fact is missing is left out,
// but not the first.
func (s Status) Fill(template string) string {
	pairs := make([]string, 0, 2*len(s.Facts))
	for name, value := range s.Facts {
		pairs = append(pairs, "{"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...)
	var filled strings.Builder
	for i, sentence := range strings.SplitAfter(template, ". ") {
		isMissing := false
		for name, value := range s.Facts {
			isMissing = isMissing || value == "" && strings.Contains(sentence, "{"+name+"}")
		}
		if i > 0 && isMissing {
			continue
		}
		filled.WriteString(fill.Replace(sentence))
	}
	return asSentence(filled.String())
}

// withRemedy returns the status with the remedy of the part that has found the
// problem, as it is without one.
func (s Status) withRemedy(remedy string) Status {
	if remedy != "" {
		s.Remedy, s.OwnRemedy = asSentence(remedy), true
	}
	return s
}

// fine returns the status of a subject that is OK.
func fine(subject Subject, profile, text string) Status {
	return Status{Subject: subject, Profile: profile, Level: OK, Code: CodeOK, Text: text}
}

// asSentence begins with a capital letter and ends with a full stop: what a part
// describes itself may do neither.
func asSentence(text string) string {
	text = strings.TrimSpace(text)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}
