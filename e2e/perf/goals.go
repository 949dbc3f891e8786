package main

// rowKey names a row of the table of goals.
type rowKey int

// The rows of the table of goals, in its order.
const (
	_ rowKey = iota
	keyPoll
	keyPollRatio
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

// then is what was measured on 2026-11-28, at commit e74edc1, with other
// programs.
func then() map[rowKey]string {
	return map[rowKey]string{
		keyPoll:              "14.6–17.6 ms",
		keyPollRatio:         "1.9, without TLS",
		keyDecode:            "0.67–1.1",
		keyDecodeAllocations: "3.2",
		keyPush:              "1.4 ms",
		keyPushSlow:          "4.1 ms",
		keyMemory:            "24–29 MB, without archive",
		keyPeak:              "peak of 48–55 MB, 102 MB for 20,000 groups",
		keyStart:             "24–86 ms",
		keyStop:              "8.8 s at 300, 295 s at 1,000",
		keySize:              "19.5 MB",
		keyRestart:           "> 82 s at 100",
		keyProfileMemory:     "1,050 kB",
		keyLost:              "1,678 messages ignored at 300",
		keyFill:              "0.74 s without archive",
		keyFillRequests:      "54",
	}
}

// goalTable has the rows that have a key, in order.
func goalTable(rows []row) table {
	byKey := map[rowKey]row{}
	for _, r := range rows {
		byKey[r.key] = r
	}
	t := table{head: []string{"what", "then", "now: min / median / max", "goal", ""}}
	for key := keyPoll; key <= keyFillRequests; key++ {
		r, found := byKey[key]
		if !found {
			continue
		}
		before := then()[key]
		if before == "" {
			before = "–"
		}
		t.add(r.what, before, r.measured(), r.goalText(), r.verdict())
	}
	return t
}
