// SPDX-License-Identifier: MIT

package main

// rowKey names a row of the table of goals.
type rowKey int

// The figures of the table of goals.
const (
	_ rowKey = iota
	keyPoll
	keyPollRatio
	keyUsual
	keyUsualRatio
	keyDecode
	keyDecodeAllocations
	keyPush
	keyPushSlow
	keyMemory
	keyAnonymous
	keyYears
	keyYearsAnonymous
	keyPeak
	keyStart
	keyStop
	keySize
	keyRestart
	keyProfileMemory
	keyLost
	keyFill
	keyFillRequests
)

// goalRow is a row of the table of goals: what it calls the figure, and what was
// measured on 2026-11-28, at commit e74edc1, with other programs.
type goalRow struct {
	key        rowKey
	name, then string
}

func goalRows() []goalRow {
	return []goalRow{
		{keyPoll, "CPU for one poll, nothing new", "14.6–17.6 ms"},
		{keyPollRatio, "CPU for one poll in relation to the Python bridge", "1.9, without TLS"},
		{keyUsual, "CPU of ten minutes as installed, with two polls", "–"},
		{keyUsualRatio, "CPU of ten minutes as installed in relation to the Python bridge", "–"},
		{keyDecode, "decode and extract, CPU time in relation to aiowithings", "0.67–1.1"},
		{keyDecodeAllocations, "allocations per measure, decode and extract", "3.2"},
		{keyPush, "notification to value at a subscriber, median", "1.4 ms"},
		{keyPushSlow, "notification to value at a subscriber, 99th percentile", "4.1 ms"},
		{keyMemory, "resident memory, two profiles", "24–29 MB, without archive"},
		{keyAnonymous, "… of it heap, stacks, runtime", "–"},
		{keyYears, "resident memory, two profiles with ten years", "–"},
		{keyYearsAnonymous, "… of it heap, stacks, runtime", "–"},
		{keyPeak, "peak of the first start with ten years over what the next one holds", "48–55 MB in all, 102 MB for 20,000 groups"},
		{keyStart, "start to first document", "24–86 ms"},
		{keyStop, "SIGTERM to exit, with the most profiles measured", "8.8 s at 300, 295 s at 1,000"},
		{keySize, "stripped program", "19.5 MB"},
		{keyRestart, "CPU of a restart, with the most profiles measured", "> 82 s at 100"},
		{keyProfileMemory, "resident memory for one more profile", "1,050 kB"},
		{keyLost, "late polls and ignored MQTT messages, with the most profiles measured", "1,678 messages ignored at 300"},
		{keyFill, "CPU to read ten years of one account", "0.74 s without archive"},
		{keyFillRequests, "requests to read ten years of one account", "54"},
	}
}

// goalTable has the rows of goals that were measured.
func goalTable(rows []row) table {
	byKey := map[rowKey]row{}
	for _, r := range rows {
		byKey[r.key] = r
	}
	t := table{head: []string{"what", "then", "now: min / median / max", "goal", ""}}
	for _, g := range goalRows() {
		if r, found := byKey[g.key]; found {
			t.add(g.name, g.then, r.measured(), r.goalText(), r.verdict())
		}
	}
	return t
}
