// SPDX-License-Identifier: MIT

package sensors

import "strings"

// Nearest returns the configurable key that a misspelt one most likely meant,
// or false when nothing is near. An alias returns the key it stands for.
func Nearest(key string) (string, bool) {
	key = strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(key)))
	if key == "" {
		return "", false
	}
	known := map[string]string{}
	order := Keys()
	for _, k := range order {
		known[k] = k
	}
	for alias, k := range aliases() {
		known[alias] = k
		order = append(order, alias)
	}
	if k, ok := known[key]; ok {
		return k, true
	}
	// The beginning of a key is the likeliest mistake ("weight" for weight_kg);
	// after it come wrong letters, at most one in three.
	best, limit := "", len(key)/3+1
	for _, k := range order {
		if len(key) >= 4 && strings.HasPrefix(k, key+"_") {
			return known[k], true
		}
		if d := editDistance(key, k); d < limit {
			best, limit = known[k], d
		}
	}
	return best, best != ""
}

// editDistance is how many letters must be inserted, removed or replaced to get
// from one word to the other.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
