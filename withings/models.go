// SPDX-License-Identifier: MIT

package withings

// HeartRecords is the response of v2/heart list; see Measures about More.
type HeartRecords struct {
	Series List[HeartRecord] `json:"series"`
	More   Flag              `json:"more,omitzero"`
	Offset Int               `json:"offset,omitzero"`
}

func (HeartRecords) required() requiredMember { return requiredMember{name: "series"} }

// HeartRecord is one ECG, with pressure and heart sounds where the device has
// them. Times are unix seconds, HeartRate is in beats per minute.
type HeartRecord struct {
	row

	DeviceID  Text                 `json:"deviceid,omitzero"`
	Timezone  Text                 `json:"timezone,omitzero"`
	Model     Int                  `json:"model,omitzero"`
	HeartRate Int                  `json:"heart_rate,omitzero"`
	Timestamp Int                  `json:"timestamp,omitzero"`
	Modified  Int                  `json:"modified,omitzero"`
	ECG       Maybe[ECG]           `json:"ecg,omitzero"`
	Pressure  Maybe[BloodPressure] `json:"bloodpressure,omitzero"`
	Stetho    Maybe[HeartSound]    `json:"stetho,omitzero"`
}

// ECG names a recording and its class.
type ECG struct {
	SignalID Int `json:"signalid,omitzero"`
	AFib     Int `json:"afib,omitzero"`
}

// BloodPressure is in mmHg.
type BloodPressure struct {
	Diastole Number `json:"diastole,omitzero"`
	Systole  Number `json:"systole,omitzero"`
}

// HeartSound names a sound recording and its valvular class.
type HeartSound struct {
	SignalID Int `json:"signalid,omitzero"`
	VHD      Int `json:"vhd,omitzero"`
}

// HeartSignal is the response of v2/heart get: samples in µV, frequency in Hz.
type HeartSignal struct {
	Signal            Ints `json:"signal"`
	SamplingFrequency Int  `json:"sampling_frequency,omitzero"`
	WearPosition      Int  `json:"wearposition,omitzero"`
	Model             Int  `json:"model,omitzero"`
	HeartRate         Int  `json:"heart_rate,omitzero"`
}

func (HeartSignal) required() requiredMember { return requiredMember{name: "signal"} }

// SoundRecords is the response of v2/stetho list; see Measures about More.
type SoundRecords struct {
	Series List[SoundRecord] `json:"series"`
	More   Flag              `json:"more,omitzero"`
	Offset Int               `json:"offset,omitzero"`
}

func (SoundRecords) required() requiredMember { return requiredMember{name: "series"} }

// SoundRecord is one recording of a stethoscope; Timestamp in unix seconds.
type SoundRecord struct {
	row

	DeviceID     Text `json:"deviceid,omitzero"`
	HashDeviceID Text `json:"hash_deviceid,omitzero"`
	Timezone     Text `json:"timezone,omitzero"`
	SignalID     Int  `json:"signalid,omitzero"`
	VHD          Int  `json:"vhd,omitzero"`
	Timestamp    Int  `json:"timestamp,omitzero"`
}

// SoundSignal is the response of v2/stetho get: bytes of A-law audio.
type SoundSignal struct {
	Signal     Ints   `json:"signal"`
	Frequency  Int    `json:"frequency,omitzero"`
	Duration   Number `json:"duration,omitzero"`
	Format     Ident  `json:"format,omitzero"`
	Size       Int    `json:"size,omitzero"`
	Resolution Int    `json:"resolution,omitzero"`
	Channel    Int    `json:"channel,omitzero"`
	Model      Int    `json:"model,omitzero"`
	Position   Int    `json:"position,omitzero"`
	VHD        Int    `json:"vhd,omitzero"`
}

// Devices is the response of v2/user getdevice.
type Devices struct {
	Devices List[Device] `json:"devices"`
}

func (Devices) required() requiredMember { return requiredMember{name: "devices"} }

// Device is one device of the account. Sessions are unix seconds; Battery is
// "high", "medium", "low" or an unknown word.
type Device struct {
	Type         Text  `json:"type,omitzero"`
	Model        Text  `json:"model,omitzero"`
	ModelID      Int   `json:"model_id,omitzero"`
	Battery      Text  `json:"battery,omitzero"`
	DeviceID     Text  `json:"deviceid,omitzero"`
	HashDeviceID Text  `json:"hash_deviceid,omitzero"`
	Timezone     Text  `json:"timezone,omitzero"`
	FirstSession Int   `json:"first_session_date,omitzero"`
	LastSession  Int   `json:"last_session_date,omitzero"`
	Firmware     Ident `json:"fw,omitzero"`
}

// GoalsResponse is the response of v2/user getgoals.
type GoalsResponse struct {
	Goals Maybe[Goals] `json:"goals,omitzero"`
}

func (GoalsResponse) required() requiredMember { return requiredMember{name: "goals", isMap: true} }

// Goals are the user's own: steps a day, seconds of sleep a night, and a
// weight in kg of Value × 10^Unit.
type Goals struct {
	Steps  Int               `json:"steps,omitzero"`
	Sleep  Int               `json:"sleep,omitzero"`
	Weight Maybe[WeightGoal] `json:"weight,omitzero"`
}

// WeightGoal is Value × 10^Unit kg.
type WeightGoal struct {
	Value Number `json:"value,omitzero"`
	Unit  Int    `json:"unit,omitzero"`
}

// Subscriptions is the response of notify list.
type Subscriptions struct {
	Profiles List[Subscription] `json:"profiles"`
}

func (Subscriptions) required() requiredMember { return requiredMember{name: "profiles"} }

// Subscription is one row of notify list and the response of notify get.
// Expires is unix seconds, a date, or nothing.
type Subscription struct {
	Category    Int   `json:"appli,omitzero"`
	CallbackURL Text  `json:"callbackurl,omitzero"`
	Comment     Text  `json:"comment,omitzero"`
	Expires     Ident `json:"expires,omitzero"`
}
