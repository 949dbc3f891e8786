// SPDX-License-Identifier: MIT

package history

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
)

// compressor makes small texts smaller that have much in common with its
// dictionary. The memory of its writer is given back when it has not been used
// for a while.
type compressor struct {
	dictionary string
	writers    sync.Pool
}

// deflate returns the data compressed.
func (c *compressor) deflate(data []byte) ([]byte, error) {
	var out bytes.Buffer
	writer, ok := c.writers.Get().(*flate.Writer)
	if ok {
		writer.Reset(&out)
	} else {
		var err error
		if writer, err = flate.NewWriterDict(&out, flate.DefaultCompression, []byte(c.dictionary)); err != nil {
			return nil, err
		}
	}
	defer c.writers.Put(writer)
	if _, err := writer.Write(data); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// uncompress returns the data that a compressor with this dictionary made
// smaller, at most limit bytes of it.
func uncompress(data []byte, dictionary string, limit int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(data), []byte(dictionary)), limit))
}
