import Elements

/// Where a channel is in the row-major elements of a kernel.
public struct ChannelPlace: Sendable, Equatable {
  /// The number of elements after one entry.
  public let inner: Int
  /// The number of different channels.
  public let count: Int
  /// The channel of each entry, repeated from the beginning; nil where entry and channel are the same.
  public let table: [Int]?

  /// - Parameters:
  ///   - inner: the number of elements after one entry.
  ///   - count: the number of channels.
  ///   - table: element `e` belongs to channel `table[(e / inner) % table.count]`; nil for `(e / inner) % count`.
  public init(inner: Int, count: Int, table: [Int]? = nil) {
    (self.inner, self.count) = (inner, count)
    self.table = table?.elementsEqual(0..<count) == true ? nil : table
  }

  /// The channels that are along some axes of a kernel, in row-major order over them.
  ///
  /// - Parameters:
  ///   - shape: of the kernel, without an empty axis.
  ///   - axes: the places in it, at least one, that of the outermost channels first.
  public init(of shape: Shape, alongAxes axes: [Int]) {
    func elements(after axis: Int) -> Int { shape[(axis + 1)...].reduce(1, *) }
    let last = elements(after: axes.max() ?? 0)
    let entries = shape[(axes.min() ?? 0)...].reduce(1, *) / last
    let table =
      axes.count == 1
      ? nil
      : (0..<entries).map { entry in
        axes.reduce(0) { $0 * shape[$1] + entry / (elements(after: $1) / last) % shape[$1] }
      }
    self.init(inner: last, count: axes.reduce(1) { $0 * shape[$1] }, table: table)
  }

  /// The channel of an element.
  public func channel(ofElement element: Int) -> Int {
    guard let table else { return (element / inner) % count }
    return table[(element / inner) % table.count]
  }

  /// Elements after which the channels repeat.
  var period: Int { inner * (table?.count ?? count) }

  /// A factor for each channel as the factors of the elements.
  ///
  /// - Parameter factors: one for each channel.
  public func scale(_ factors: [Double]) -> ChannelScale {
    ChannelScale(factors: table.map { $0.map { factors[$0] } } ?? factors, inner: inner)
  }
}
