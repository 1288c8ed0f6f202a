import Bytes

/// The question for a name that is like another one; nothing where none is.
struct DidYouMean: CustomStringConvertible {
  let description: String

  /// - Parameters:
  ///   - name: what is not among the names.
  ///   - names: what there is.
  init(_ name: String, _ names: some Sequence<String>) {
    let nearest = NearestName(to: ByteString(name), among: names.map { ByteString($0) })
    description = nearest.map { " Did you mean \($0.name)?" } ?? ""
  }
}
