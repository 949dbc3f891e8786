package cli

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
)

// configProblems are a configuration's mistakes, each with what may be told of it.
func configProblems(err error) []doctor.ConfigMessage {
	invalid, ok := errors.AsType[config.Errors](err)
	if !ok {
		summary := "the configuration cannot be read"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			summary += ": there is no such file"
		case errors.Is(err, fs.ErrPermission):
			summary += ": no permission"
		}
		return []doctor.ConfigMessage{{Text: err.Error(), Redacted: summary}}
	}
	remarks := make([]doctor.ConfigMessage, 0, len(invalid))
	for _, mistake := range invalid {
		remarks = append(remarks, remarkOf(mistake))
	}
	return remarks
}

func remarkOf(p config.Problem) doctor.ConfigMessage {
	return doctor.ConfigMessage{Text: p.String(), Redacted: redactProblem(p)}
}

// redactProblem says a mistake without a word of the user's: where it is, which of the
// documented keys it is about, and what kind of mistake. Names stand as keys where
// somebody has misunderstood the form of the file.
func redactProblem(p config.Problem) string {
	location := "<file>"
	if p.File == "environment" {
		location = p.File
	}
	if p.Line > 0 { // with colons it would look like an address
		location += " line " + strconv.Itoa(p.Line) + " column " + strconv.Itoa(p.Column)
	}
	if p.Path != "" {
		location += ": " + redactPath(p.Path)
	}
	return location + ": " + problemKind(p.Text)
}

// pathElement is one element of a path: a name, a number in brackets, or whatever else.
var pathElement = regexp.MustCompile(`\[\d{1,4}\]|\[[^\]]*\]?|[^.\[]+`)

var indexPattern = regexp.MustCompile(`^\[\d{1,4}\]$`)

// redactPath is a path as far as its elements are in the reference.
func redactPath(path string) string {
	var shown, plain string
	for _, element := range pathElement.FindAllString(path, -1) {
		number := indexPattern.MatchString(element)
		next := plain
		switch {
		case number:
			next += "[]"
		case plain == "":
			next = element
		default:
			next += "." + element
		}
		if !isDocumented(next) && !number {
			return strings.TrimPrefix(shown+".<path>", ".")
		}
		if plain != "" && !number {
			shown += "."
		}
		shown, plain = shown+element, next
	}
	return shown
}

// isDocumented says whether a path is one of the reference, or on the way to one.
func isDocumented(path string) bool {
	return slices.ContainsFunc(config.Reference(), func(k config.Key) bool {
		return k.Env == path || k.Path == path || strings.HasPrefix(k.Path, path+".") || strings.HasPrefix(k.Path, path+"[")
	})
}

// problemKind recognises the program's own words; what they are about is left
// out.
func problemKind(text string) string {
	for _, kind := range []string{
		"unknown key", "unknown variable", "is missing", "cannot be read", "is given twice", "is given too", "is no YAML",
		"the file is empty", "is empty", "is longer than", "is in the list twice", "would both have the topic", "cannot be a name",
		"cannot be a key", "in the catalogue already", "is one too many", "there is no measurement key", "is no attribution number",
		"must be a list", "must be a map", "must be a section", "must be a single value", "must be a row", "must be pairs",
		"must differ from", "must be", "a key must be plain text", "has no name", "merges", "needs at least one letter",
		"needs mqtt.", "everybody on the network could read", "nobody would take notifications in", "there is no time zone",
		"there must be five fields", "comma too much", "is the old name of", "is only used with", "is not used", "is not encrypted",
		"not available in this version", "the cloud allows", "everybody is trusted", "refuses everything", "is not set", "is unset",
	} {
		if strings.Contains(strings.ToLower(text), kind) {
			return kind
		}
	}
	return "is invalid"
}
