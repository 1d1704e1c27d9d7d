#ifndef SERVER_COCO_DECIMAL_H_
#define SERVER_COCO_DECIMAL_H_

namespace gateway::coco {

// Most characters that WriteShortest writes.
inline constexpr int kMaxDecimal = 32;

// Writes `value` as a JSON number with as few digits as read back to it, of several such the closest,
// and returns its end. Quickest for few decimals, as coordinates have. `value` has to be finite.
char* WriteShortest(double value, char* out);

}  // namespace gateway::coco

#endif  // SERVER_COCO_DECIMAL_H_
