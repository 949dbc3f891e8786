// SPDX-License-Identifier: MIT

package historytest

import (
	"testing"

	"vitals2mqtt/bridge"
)

// Run checks an archive; open returns a new, empty one.
func Run(t *testing.T, open func(t *testing.T) bridge.Archive) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, bridge.Archive){
		"NothingStored":                      testNothingStored,
		"RecordsAreReturnedAsTheyCame":       testRecordsAreReturned,
		"NewVersionReplaces":                 testNewVersionReplaces,
		"RemovedRecordIsNotShown":            testRemovedRecord,
		"WindowOfFields":                     testWindowOfFields,
		"HeldBackRecordsHaveAWindow":         testHeldWindow,
		"WindowOfDays":                       testWindowOfDays,
		"WindowOfFieldsTogether":             testWindowTogether,
		"WindowOfDevices":                    testWindowOfDevices,
		"WindowOfLastNight":                  testWindowOfLastNight,
		"WindowOfNightThatMoved":             testMovedNight,
		"WindowOfLastDays":                   testWindowOfLastDays,
		"IDsAreUniqueWithinAKind":            testIDsOfKinds,
		"PendingRecordIsNotShown":            testPending,
		"CursorIsStoredWithBatch":            testCursor,
		"EventsArePendingUntilTold":          testUntold,
		"AccountsAreApart":                   testAccounts,
		"ZoneIsKept":                         testZone,
		"CancelledContextChangesNothing":     testCancelled,
		"ReturnedRecordsBelongToTheCaller":   testOwnership,
		"RevisionIgnoresOwnChanges":          testRevision,
		"RecordsThatComeBackAreNotGoneAgain": testComesBack,
		"WaveformsAreMissingNewestFirst":     testMissingWaveforms,
		"WaveformIsStoredOnce":               testStoreWaveform,
		"WaveformOfRemovedRecordIsHidden":    testRemovedWaveform,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}
