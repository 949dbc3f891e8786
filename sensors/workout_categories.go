package sensors

import (
	"slices"
	"strconv"
)

// workoutCategory is a kind of workout by the cloud's number.
type workoutCategory struct {
	number int64
	name   string
}

// workoutCategories are the kinds of workouts that have a name.
func workoutCategories() []workoutCategory {
	return []workoutCategory{
		{1, "walk"},
		{2, "run"},
		{3, "hiking"},
		{4, "skating"},
		{5, "bmx"},
		{6, "cycling"},
		{7, "swimming"},
		{8, "surfing"},
		{9, "kitesurfing"},
		{10, "windsurfing"},
		{11, "bodyboard"},
		{12, "tennis"},
		{13, "table_tennis"},
		{14, "squash"},
		{15, "badminton"},
		{16, "weight_lifting"},
		{17, "fitness"},
		{18, "elliptical"},
		{19, "pilates"},
		{20, "basketball"},
		{21, "soccer"},
		{22, "american_football"},
		{23, "rugby"},
		{24, "volleyball"},
		{25, "water_polo"},
		{26, "horse_riding"},
		{27, "golf"},
		{28, "yoga"},
		{29, "dancing"},
		{30, "boxing"},
		{31, "fencing"},
		{32, "wrestling"},
		{33, "martial_arts"},
		{34, "skiing"},
		{35, "snowboarding"},
		{36, Other},
		{128, "no_activity"},
		{187, "rowing"},
		{188, "zumba"},
		{191, "baseball"},
		{192, "handball"},
		{193, "hockey"},
		{194, "ice_hockey"},
		{195, "climbing"},
		{196, "ice_skating"},
		{272, "multi_sport"},
		{306, "indoor_walk"},
		{307, "indoor_running"},
		{308, "indoor_cycling"},
		{455, "stand_up_paddle"},
		{456, "padel"},
		{457, "gaming"},
		{490, "beach_volleyball"},
		{491, "stair_stepper"},
		{492, "skateboarding"},
		{493, "parkour"},
		{494, "kayak"},
		{495, "canoe"},
		{496, "sailing"},
		{497, "fishing"},
		{498, "trail_running"},
		{499, "snowshoeing"},
		{500, "paintball"},
		{501, "archery"},
		{502, "scuba"},
		{503, "baseball_training"},
		{504, "biathlon"},
		{505, "bocce"},
		{506, "petanque"},
		{507, "paragliding"},
		{508, "frisbee"},
		{509, "skydiving"},
		{510, "pickleball"},
		{511, "cornhole"},
		{512, "dodgeball"},
		{513, "ultimate"},
		{514, "teqball"},
		{515, "wheelchair_at_running_pace"},
		{516, "wheelchair_at_walking_pace"},
		{517, "athletics"},
		{518, "track_cycling"},
		{519, "pentathlon"},
		{520, "sport_shooting"},
		{521, "triathlon"},
		{522, "diving"},
		{523, "mountain_biking"},
		{524, "gravel"},
		{525, "e_bike"},
		{526, "e_mountain_bike"},
		{527, "handcycle"},
		{528, "velomobile"},
		{529, "backcountry_skiing"},
		{530, "nordic_skiing"},
		{531, "roller_skiing"},
		{532, "racquetball"},
		{534, "hip_hop"},
		{535, "muay_thai"},
		{536, "taekwondo"},
		{537, "judo"},
		{538, "trampoline"},
		{539, "standing_frame"},
		{540, "seated_strength"},
		{541, "seated_cardio"},
		{542, "walking_with_walker"},
		{543, "walking_with_cane"},
		{544, "breaking"},
		{545, "chores"},
		{546, "crossfit"},
		{547, "spinning_class"},
		{548, "cricket"},
		{549, "flamenco"},
		{550, "hiit"},
		{551, "meditation"},
		{552, "stretching"},
		{553, "gardening"},
		{554, "cleaning"},
		{555, "public_speaking"},
		{556, "spikeball"},
		{557, "lacrosse"},
		{558, "baby_wearing"},
		{559, "dog_walking"},
		{560, "breathing_exercises"},
		{561, "balance_drills"},
		{562, "pushing_a_stroller"},
		{563, "toddler_wearing"},
		{564, "bowling"},
		{565, "laser_tag"},
		{566, "nordic_walking"},
		{567, "sumo"},
		{568, "cooking"},
	}
}

// workoutNames lists the names of all kinds of workouts.
func workoutNames() []string {
	var names []string
	for _, c := range workoutCategories() {
		names = append(names, c.name)
	}
	return names
}

// workoutName returns the name of a kind of workout, "category_<n>" for a code
// without one.
func workoutName(number int64) (name string, known bool) {
	all := workoutCategories()
	at := slices.IndexFunc(all, func(c workoutCategory) bool { return c.number == number })
	if at < 0 {
		return categoryPrefix + strconv.FormatInt(number, 10), false
	}
	return all[at].name, true
}
