// SPDX-License-Identifier: MIT

package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/when"
	"vitals2mqtt/sensors"
)

// invalidQuery says to the client what is wrong with its request.
type invalidQuery string

// Error returns the text.
func (e invalidQuery) Error() string { return string(e) }

// historyQuery are the parameters of a request.
type historyQuery struct {
	url.Values

	id    string // of the path, "" for none
	now   time.Time
	zone  *time.Location
	extra []sensors.Sensor
}

// row is the row of a key in the catalogue, without a key for none.
func (q historyQuery) row(key string) sensors.Sensor {
	row, _ := sensors.LookupAmong(q.extra, key)
	return row
}

// keys returns the sensors that are asked for.
func (q historyQuery) keys() ([]string, error) {
	keys := q.list("key")
	if len(keys) > maxHistoryKeys {
		return nil, invalidQuery(fmt.Sprintf("too many keys, at most %d", maxHistoryKeys))
	}
	for i, key := range keys {
		row := q.row(key)
		if row.Key == "" {
			text := fmt.Sprintf("unknown sensor %q", key)
			if nearest, found := sensors.Nearest(key); found {
				text += fmt.Sprintf(", did you mean %q?", nearest)
			}
			return nil, invalidQuery(text)
		}
		keys[i] = row.Key
	}
	return keys, nil
}

// kinds returns the kinds of records that are asked for.
func (q historyQuery) kinds() (kinds []sensors.Kind, err error) {
	for _, name := range q.list("kind") {
		kind := sensors.Kind(name)
		if !slices.Contains(recordKinds(), kind) {
			return nil, invalidQuery(fmt.Sprintf("unknown kind %q, use one of %s", name, join(recordKinds())))
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// recordKinds lists the kinds of records that can be asked for.
func recordKinds() []sensors.Kind {
	return []sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindSeries, sensors.KindStage, sensors.KindDays, sensors.KindSlots,
		sensors.KindWorkouts, sensors.KindHeart, sensors.KindSounds, sensors.KindGoals, sensors.KindBeds,
	}
}

// bucketNone is the name of no bucket.
const bucketNone = "none"

func (q historyQuery) bucket() (history.Bucket, error) {
	name := q.Get("bucket")
	if name == bucketNone {
		return history.BucketNone, nil
	}
	if bucket := history.Bucket(name); slices.Contains(history.Buckets(), bucket) {
		return bucket, nil
	}
	return "", invalidQuery(fmt.Sprintf("unknown bucket %q, use %s%s", name, bucketNone, join(history.Buckets())))
}

// span returns from and to; the zero time for none.
func (q historyQuery) span() (from, to time.Time, err error) {
	if from, err = q.time("from"); err != nil {
		return from, to, err
	}
	if to, err = q.time("to"); err != nil {
		return from, to, err
	}
	if !to.IsZero() && !from.Before(to) {
		return from, to, invalidQuery("from is not before to")
	}
	return from, to, nil
}

func (q historyQuery) time(name string) (time.Time, error) {
	// A plus sign that is not encoded arrives as a space.
	t, err := when.Parse(strings.ReplaceAll(q.Get(name), " ", "+"), q.now, q.zone)
	if err != nil {
		return t, invalidQuery(name + ": " + err.Error())
	}
	return t, nil
}

// endOr is the end of a range, now for one without.
func (q historyQuery) endOr(to time.Time) time.Time {
	if to.IsZero() {
		return q.now
	}
	return to
}

// number returns a number from 1 to highest.
func (q historyQuery) number(name string, otherwise, highest int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > highest {
		return 0, invalidQuery(fmt.Sprintf("%s must be a number from 1 to %d", name, highest))
	}
	return n, nil
}

// list returns the values of a parameter, repeated or separated by commas.
func (q historyQuery) list(name string) (all []string) {
	for _, text := range q.Values[name] {
		for part := range strings.SplitSeq(text, ",") {
			if part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

// join lists names.
func join[T ~string](names []T) string {
	var texts []string
	for _, name := range names {
		texts = append(texts, string(name))
	}
	return strings.Join(texts, ", ")
}
