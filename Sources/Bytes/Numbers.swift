/// A number with two significant digits, such as 3.2e-07.
package func scientific(_ value: Double) -> String {
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
package func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// A number and what it counts, such as `1 layer` or `2,048 layers`.
package func counted(_ number: Int, _ noun: String) -> String {
  "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
}

/// A number of bytes with three significant digits at least: 950 bytes, 35.4 kB, 102.6 MB, 1.06 GB.
package func sizeInWords(_ bytes: Int) -> String {
  let units: [(name: String, size: Double)] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
  guard let unit = units.first(where: { Double(bytes) >= $0.size }) else { return counted(bytes, "byte") }
  let value = Double(bytes) / unit.size
  let digits = value < 10 ? 100.0 : 10.0
  return "\((value * digits).rounded() / digits) \(unit.name)"
}

/// A number with two or three significant digits, such as 0.042, 1.3 or 2100.
package func short(_ value: Double) -> String {
  let size = abs(value)
  if size == 0 { return "0" }
  guard size.isFinite, (0.001..<100_000).contains(size) else { return scientific(value) }
  let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return fixed(value, digits: digits)
}

/// A number with a fixed number of digits after the point.
package func fixed(_ value: Double, digits: Int) -> String {
  var unit = 1.0
  for _ in 0..<digits { unit *= 10 }
  let scaled = (abs(value) * unit).rounded()
  guard abs(value) < 1e15, scaled < 9e18 else { return scientific(value) }
  let text = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  let sign = value < 0 && scaled > 0 ? "-" : ""
  return digits == 0 ? sign + padded : "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
}
