#ifndef SERVER_COCO_DECIMAL_H_
#define SERVER_COCO_DECIMAL_H_

namespace gateway::coco {

// Most characters that WriteShortest writes.
inline constexpr int kMaxDecimal = 32;

// Writes the shortest decimal that reads back to `value`, of several the closest, and returns its
// end: the same characters as std::to_chars, for pixel coordinates in a fraction of its time.
// `value` has to be finite.
char* WriteShortest(double value, char* out);

}  // namespace gateway::coco

#endif  // SERVER_COCO_DECIMAL_H_
