package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bar returns one line that says how far something is: with a bar of what room
// there is on a terminal of the given width, plain for width 0. total is 0
// where it is not known.
func Bar(doing string, done, total int64, unit string, width int) string {
	doing, unit = Clean(doing), Clean(unit)
	amount := group(fmt.Sprint(max(done, 0))) + " " + unit
	if total <= 0 {
		line := strings.TrimSpace(doing + "  " + amount)
		if done <= 0 && unit == "" {
			line = doing // how far it is nobody knows
		}
		if width > 0 {
			line = clip(line, max(width, 20))
		}
		return line
	}
	done = min(max(done, 0), total)
	percent := fmt.Sprintf("%3d %%", done*100/total)
	if width <= 0 {
		return fmt.Sprintf("%s  %s of %s %s", doing, strings.TrimSpace(percent), group(fmt.Sprint(total)), unit)
	}
	room := width - utf8.RuneCountInString(doing) - utf8.RuneCountInString(amount) - len(percent) - 8
	if room < 10 {
		return clip(doing, max(width-len(percent)-4, 1)) + "  " + percent
	}
	full := int(int64(room) * done / total)
	return doing + "  " + strings.Repeat("█", full) + strings.Repeat("░", room-full) + "  " + percent + "  " + amount
}
