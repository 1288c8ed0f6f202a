/// A number with two significant digits, such as 3.2e-07.
func scientific(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "not a number" : "infinite" }
  guard value != 0 else { return "0" }
  var exponent = 0
  var mantissa = abs(value)
  while mantissa >= 9.95 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 0.995 {
    mantissa *= 10
    exponent -= 1
  }
  let tenths = Int((mantissa * 10).rounded())
  let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
  return "\(value < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(digits)"
}

/// A number with its thousands set apart.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
