import Bytes

/// A layer as the picture shows it.
struct PictureLayer {
  let path: String
  let name: String
  let className: String
  /// The axes of its output without the batch, such as `56×56×64`; empty where they are not known.
  let shape: String
  var role = Role.other
  /// What becomes of it; nil where nothing does.
  var sentence: String?
  /// The code of the obstacle towards what it reads.
  var obstacleBefore: String?
  /// The code of the obstacle towards what reads it, where that is another one.
  var obstacleAfter: String?

  /// What a layer is to the fold.
  enum Role: String, CaseIterable {
    case stays, folds
    case takesIn = "takes-in"
    case isMadeToFit = "fits"
    case other
  }

  /// What layers have in common that are drawn as repeats of each other.
  var kind: String {
    [className, role.rawValue, obstacleBefore ?? "", obstacleAfter ?? ""].joined(separator: "\n")
  }
}

/// A place in the picture: one layer or several alike, a block that comes several times, or a model inside the model.
struct PictureItem {
  /// What is there.
  enum Content {
    case layers
    case block([PictureItem], count: Int)
    case model([PictureItem])
  }

  let content: Content
  /// The layers that it stands for: one for each time that the blocks around it are repeated; none for a block.
  var layers: [Int]
  /// The same number for what looks the same.
  let kind: Int
  /// What it reads, by places in the same list.
  var sources: [Int]
  /// The names of the first and the last layer in it, which tell where their author sees a block begin.
  var names: (first: String, last: String)
  /// Whether it reads something from outside its list.
  var isFed = false
  /// Whether something outside its list reads it.
  var isRead = false

  /// Lines that it takes in the picture.
  var rowCount: Int {
    switch content {
    case .layers: 1
    case .block(let body, _): body.reduce(0) { $0 + $1.rowCount }
    case .model(let body): body.reduce(1) { $0 + $1.rowCount }
    }
  }

  /// All layers that it stands for, those inside it as well.
  var allLayers: [Int] {
    switch content {
    case .layers: layers
    case .block(let body, _), .model(let body): layers + body.flatMap(\.allLayers)
    }
  }
}
