import Files
import Testing

/// Folder and name of a path that need not exist.
@Suite struct PathPartsTests {
  @Test(arguments: [
    ("model.h5", ".", "model.h5", "config.json"), ("a/model.h5", "a", "model.h5", "a/config.json"),
    ("/model.h5", "/", "model.h5", "/config.json"),
    ("a/b/model.h5", "a/b", "model.h5", "a/b/config.json"),
  ])
  func `A path has a folder, a name and siblings`(
    path: String, folder: String, name: String, sibling: String
  ) {
    let parts = PathParts(path)
    #expect(parts.folder == folder && parts.name == name && parts.sibling("config.json") == sibling)
  }
}
