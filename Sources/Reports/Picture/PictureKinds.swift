/// Numbers for what looks the same in the picture.
struct PictureKinds {
  private var numbers: [String: Int] = [:]

  mutating func number(of key: String) -> Int {
    if let number = numbers[key] { return number }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  /// What lists have in common that look the same: their members, and how these are wired.
  static func key(of items: [PictureItem]) -> String {
    items.map { item in
      "\(item.kind):\(item.sources)\(item.isFed ? "<" : "")\(item.isRead ? ">" : "")"
    }.joined(separator: ";")
  }
}
