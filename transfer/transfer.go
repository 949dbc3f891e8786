// Package transfer reads records from files and writes them: the vendor's own CSV
// layouts, tidy CSV, JSON Lines and line protocol. It is pure readers and writers
// over records, and knows neither the archive nor the cloud.
package transfer
