// SPDX-License-Identifier: MIT

// Package vendor reads the data download that the vendor offers, in its layouts
// of 2014 to 2026, and writes its layouts, also those that its dashboard
// imports. It is no store: it turns rows into records and records into rows.
package vendor
