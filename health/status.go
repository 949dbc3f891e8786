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
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	fill := strings.NewReplacer(pairs...)
	return Status{
		Subject: r.subject,
		Profile: profile,
		Level:   r.level,
		Code:    code,
		Text:    asSentence(fill.Replace(r.text)),
		Remedy:  asSentence(fill.Replace(r.remedy)),
		Since:   since,
		NextTry: nextTry,
	}
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
