/// A short name for a place in a model, the same in every run: FNV-1a of 64 bits in hexadecimal digits.
///
/// Source: Eastlake, Hansen, Fowler, Vo and Noll, "The FNV Non-Cryptographic Hash Algorithm", draft-eastlake-fnv.
struct Fingerprint: Hashable {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// - Parameter parts: bytes of which none can run into the next one.
  init(of parts: [[UInt8]]) {
    for part in parts {
      add(contentsOf: Array("\(part.count):".utf8))
      add(contentsOf: part)
    }
  }

  private mutating func add(contentsOf bytes: [UInt8]) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  var digits: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Fingerprints of findings, of which no two are the same.
struct Fingerprints {
  private var given: Set<Fingerprint> = []

  /// That of the file, the layer and the code; several of the same are told apart by their order.
  mutating func next(for finding: Finding, in path: String) -> Fingerprint {
    var number = 0
    while true {
      let fingerprint = Fingerprint(of: [
        Array(path.utf8), finding.layer?.bytes ?? [], Array(finding.code.utf8), Array("\(number)".utf8),
      ])
      if given.insert(fingerprint).inserted { return fingerprint }
      number += 1
    }
  }
}
