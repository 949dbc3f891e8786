// SPDX-License-Identifier: MIT

package withings

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"vitals2mqtt/internal/decimal"
)

// Int is a whole number as the cloud sends it: 7, 7.0 or "7". Anything else,
// null included, leaves OK false and is never an error.
type Int struct {
	N  int64
	OK bool
}

// Number is an exact decimal number, as tolerant as Int.
type Number struct {
	Decimal decimal.Decimal
	OK      bool
}

// Text is a string; null and every other JSON type is the empty string.
type Text string

// Ident is a text that the cloud sometimes writes as a number, such as a user
// id. Other JSON types are the empty string.
type Ident string

// Flag is a truth value: true and false, 0 and any other number, or one of them
// as a string.
type Flag struct{ True, OK bool }

// wireOptions make the decoder as liberal as the syntax allows. Duplicate names
// happen where two releases of the cloud write the same field.
func wireOptions() json.Options {
	return json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// readScalar reads the bytes of a number, with or without quotes. It consumes
// one value whatever it is; the bytes are valid until the next use of dec.
func readScalar(dec *jsontext.Decoder) ([]byte, error) {
	kind := dec.PeekKind()
	if kind != '0' && kind != '"' {
		return nil, dec.SkipValue()
	}
	raw, err := dec.ReadValue()
	if err == nil && kind == '"' {
		raw = raw[1 : len(raw)-1]
	}
	return raw, err
}

func parseInt(raw []byte) Int {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return Int{N: n, OK: true}
	}
	d, err := decimal.Parse(string(raw))
	if err != nil {
		return Int{}
	}
	n, ok := d.Int()
	return Int{N: n, OK: ok}
}

func parseNumber(raw []byte) Number {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return Number{Decimal: decimal.FromInt(n), OK: true}
	}
	d, err := decimal.Parse(string(raw))
	return Number{Decimal: d, OK: err == nil}
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (i *Int) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := readScalar(dec)
	*i = Int{}
	if err == nil && raw != nil {
		*i = parseInt(raw)
	}
	return err
}

// MarshalJSONTo writes the number, or null.
func (i Int) MarshalJSONTo(enc *jsontext.Encoder) error {
	if !i.OK {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteToken(jsontext.Int(i.N))
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (n *Number) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := readScalar(dec)
	*n = Number{}
	if err == nil && raw != nil {
		*n = parseNumber(raw)
	}
	return err
}

// MarshalJSONTo writes the number without loss, or null.
func (n Number) MarshalJSONTo(enc *jsontext.Encoder) error {
	if !n.OK {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteValue(n.Decimal.Append(nil))
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (t *Text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*t = ""
	if dec.PeekKind() != '"' {
		return dec.SkipValue()
	}
	token, err := dec.ReadToken()
	if err == nil {
		*t = Text(token.String())
	}
	return err
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (i *Ident) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*i = ""
	if kind := dec.PeekKind(); kind != '"' && kind != '0' {
		return dec.SkipValue()
	}
	token, err := dec.ReadToken()
	if err == nil {
		*i = Ident(token.String())
	}
	return err
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (f *Flag) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*f = Flag{}
	if kind := dec.PeekKind(); kind == 't' || kind == 'f' {
		token, err := dec.ReadToken()
		if err == nil {
			*f = Flag{True: token.Kind() == 't', OK: true}
		}
		return err
	}
	raw, err := readScalar(dec)
	if err != nil || raw == nil {
		return err
	}
	*f = parseFlag(raw)
	return nil
}

func parseFlag(raw []byte) Flag {
	switch string(raw) {
	case "true":
		return Flag{True: true, OK: true}
	case "false":
		return Flag{OK: true}
	}
	n := parseNumber(raw)
	return Flag{True: n.Decimal.Sign() != 0, OK: n.OK}
}

// MarshalJSONTo writes true, false or null.
func (f Flag) MarshalJSONTo(enc *jsontext.Encoder) error {
	if !f.OK {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteToken(jsontext.Bool(f.True))
}
