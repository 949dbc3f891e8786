package topics

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// asciiSpelling is the usual ASCII spelling of letters that Unicode does not
// decompose.
var asciiSpelling = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "o", "å", "a", "œ", "oe", "ł", "l",
	"đ", "d", "þ", "th", "ð", "d",
)

// Slug turns a profile's name into one topic level that is safe everywhere:
// lower-case letters, digits and single underscores. "Jörg Weiß" becomes
// "joerg_weiss". It returns "" for a name without Latin letters and digits.
func Slug(name string) string {
	name = asciiSpelling.Replace(strings.ToLower(norm.NFC.String(name)))
	var slug strings.Builder
	gap := false
	for _, r := range norm.NFD.String(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && slug.Len() > 0 {
				slug.WriteByte('_')
			}
			gap = false
			slug.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
			// an accent or an apostrophe does not split a word
		default:
			gap = true
		}
	}
	return slug.String()
}
