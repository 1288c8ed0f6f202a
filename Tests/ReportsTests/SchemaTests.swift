import BatchNormFolding
import Foundation
import LosslessJSON
import Reports
import Testing

/// What the schema lists is what there is; `Tests/Interop/reports.py` holds whole reports against it.
@Suite struct SchemaTests {
  private let schema: JSONValue

  init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../../docs/schema/report-1.json")
    schema = try JSONDocument(parsing: Array(try Data(contentsOf: file))).root
  }

  private func names(_ definition: String, _ property: String) throws -> Set<String> {
    let found = try #require(schema["$defs"]?[.init(definition)])
    // Of an alternative, the one that has the property.
    let alternatives = found["oneOf"]?.array ?? []
    let owner = try #require(([found] + alternatives).first { $0["properties"]?[.init(property)] != nil })
    let values = try #require(owner["properties"]?[.init(property)]?["enum"]?.array)
    return Set(values.compactMap { $0.string?.description })
  }

  @Test func `Its version is that of the reports`() {
    #expect(schema["properties"]?["schema"]?["const"]?.integer == JSONRenderer.schema)
  }

  @Test func `It has every code, verdict, level and role`() throws {
    #expect(try names("batch_normalization", "code") == Set(Refusal.Code.allCases.map(\.rawValue)))
    #expect(try names("batch_normalization", "forwards_code") == Set(Refusal.Code.allCases.map(\.rawValue)))
    #expect(try names("check", "verdict") == Set(Verdict.allCases.map(\.rawValue)))
    #expect(try names("finding", "level") == Set(Finding.Level.allCases.map(\.rawValue)))
    #expect(try names("file", "role") == Set(ReportedFile.Role.allCases.map(\.rawValue)))
  }

  @Test func `Every member is described`() throws {
    var undescribed: [String] = []
    func look(_ value: JSONValue, _ path: String) {
      for member in value["properties"]?.members ?? [] where path != "#/then" && path != "#/else" {
        if member.value["description"] == nil { undescribed.append("\(path)/\(member.key)") }
      }
      for member in value.members ?? [] where !["if", "then", "else", "allOf"].contains(member.key) {
        look(member.value, "\(path)/\(member.key)")
      }
      for (index, element) in (value.array ?? []).enumerated() { look(element, "\(path)/\(index)") }
    }
    look(schema, "#")
    #expect(undescribed == [])
  }
}
